"""What calls are decided with: the policy engine and the maskers of a configuration.

Apart from `app`, because the control process decides no calls, and starts a third faster without.
"""

from __future__ import annotations

from pathlib import Path

from extproc.adapters.rego import EmbeddedEngine
from extproc.config import Config, ConfigError, seconds
from extproc.core.decision import Phase, Unavailable, read_policy_result
from extproc.core.masking import Masker, Strategy
from extproc.core.masking.detectors import STRENGTH
from extproc.core.masking.strategy import mistakes
from extproc.core.plugin_result import read_plugin_result
from extproc.core.ports import Cache, PolicyEngine
from extproc.service.judge import ReadResult


def policy_directory(config: Config) -> Path:
    """The configured directory; for the default one, the policies that came with extproc."""
    path = Path(config.policy.path)
    if not path.exists() and config.policy == type(config.policy)(path="rego"):
        return Path(__file__).parent.parent / "rego"
    return path


def entrypoints(config: Config) -> dict[Phase, str]:
    chosen = config.policy.entrypoints
    return {
        Phase.AUTHZ: chosen.authz,
        Phase.REQUEST: chosen.request,
        Phase.RESPONSE: chosen.response,
    }


class Maskers:
    """Maskers by profile, built once; a custom term or pattern that cannot work stops the start."""

    def __init__(self, config: Config, key: bytes = b"", cache: Cache | None = None) -> None:
        """`key` is the secret of pseudonyms. Raises ConfigError."""
        self._config = config
        self._key = key
        self._cache = cache
        self._strategies = _strategies(config)
        self._built: dict[str, Masker] = {}
        try:
            self(None)
        except Unavailable as error:
            raise ConfigError([f"$.masking: {error.detail or error}"]) from None

    def __call__(self, profile: str | None) -> Masker:
        masking = self._config.masking
        name = profile or masking.profile
        if name not in self._built:
            patterns = [(pattern.type, pattern.regex) for pattern in masking.patterns]
            try:
                self._built[name] = Masker(
                    name, masking.terms, patterns, self._strategies, self._key, self._cache
                )
            except ValueError as error:
                raise Unavailable("masker", str(error)) from None
        return self._built[name]


def _strategies(config: Config) -> dict[str, Strategy]:
    """Raises ConfigError with every mistake."""
    masking = config.masking
    chosen = {kind: Strategy(name) for kind, name in masking.strategies.items()}
    known = {*STRENGTH, "TERM", *(pattern.type for pattern in masking.patterns)}
    wrong = {
        kind: "there is no such type of finding; those of masking.patterns have to be there"
        for kind in chosen
        if kind not in known
    }
    if wrong := mistakes(chosen) | wrong:
        raise ConfigError([f"$.masking.strategies.{kind}: {why}" for kind, why in wrong.items()])
    return chosen


async def open_engine(config: Config) -> PolicyEngine:
    """Raises PolicyError, which names each mistake, or Unavailable("policy")."""
    timeout = seconds(config.policy.timeout)
    if config.policy.engine == "embedded":
        return EmbeddedEngine(policy_directory(config), entrypoints(config), timeout)
    from extproc.adapters.rego.opa import OpaEngine

    engine = OpaEngine(config.policy.opa.url, entrypoints(config), timeout)
    await engine.open()
    return engine


def readers(config: Config) -> dict[Phase, ReadResult]:
    """A policy of our own packages answers in our shape, any other in the opa-envoy-plugin's."""
    return {
        phase: read_policy_result if path.startswith("extproc/") else read_plugin_result
        for phase, path in entrypoints(config).items()
    }
