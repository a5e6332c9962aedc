"""Rego in this process: regorus behind load-time lints and replaced builtins.

An evaluation takes some 0.2 ms and runs where it is asked for, without a thread: nothing else
happens in this process meanwhile. Nothing here can end an evaluation that does not end by
itself, so `timeout` only refuses an answer that came too late; a policy that loops stalls its
worker, and the supervisor kills and restarts a worker that stalls.

A new policy is a new engine: build it, and put it in the old one's place when that went well.
"""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
import regorus

from extproc.adapters.rego import builtins, bundle, lint, syntax
from extproc.adapters.rego.bundle import Bundle, PolicyError
from extproc.core.decision import Phase, Unavailable

_UNDEFINED = '"<undefined>"'
"""What eval_rule_as_json gives for it. A rule that gives this very text is refused with it: no
text is a decision."""

_ENTRYPOINT = re.compile(r"[A-Za-z_]\w*(/[A-Za-z_]\w*)+", re.ASCII)
_WHERE = re.compile(r"-->\s*(?P<file>[^\n]+):(?P<line>\d+):\d+\n")


class EmbeddedEngine:
    """core.ports.PolicyEngine over the policies of a directory.

    `entrypoints` has a path such as `extproc/request/decision` for each phase, `timeout` is in
    seconds. Raises PolicyError when the policies cannot be loaded or break a lint.
    """

    def __init__(self, path: Path, entrypoints: Mapping[Phase, str], timeout: float) -> None:
        loaded = bundle.read(path)
        # The engine may be used by the thread that made it and by no other; elsewhere it panics.
        self._thread = threading.get_ident()
        self._loaded, modules = load(loaded)
        self._engine = self._loaded.clone()
        errors = lint.mistakes(modules, loaded.data)
        errors += _entrypoint_mistakes(path, entrypoints, modules)
        if errors:
            raise PolicyError(errors)
        self._timeout = timeout
        self._revision = loaded.revision
        self._rules = {
            phase: "data." + entrypoint.replace("/", ".")
            for phase, entrypoint in entrypoints.items()
        }
        self._warm_up()

    @property
    def revision(self) -> str:
        return self._revision

    async def decide(self, phase: Phase, document: bytes) -> Any:
        return self.evaluate(phase, document)

    def evaluate(self, phase: Phase, document: bytes) -> Any:
        """The entrypoint's value as a JSON value. Raises Unavailable("policy") when it is
        undefined or late, or for any error at all."""
        if threading.get_ident() != self._thread:
            raise Unavailable("policy", "evaluated by another thread than the one that loaded it")
        rule = self._rules.get(phase)
        if rule is None:
            raise Unavailable("policy", f"no entrypoint for {phase}")
        start = time.perf_counter()
        result = self._run(rule, document)
        duration = time.perf_counter() - start
        if duration > self._timeout:
            raise Unavailable("policy", f"{rule} took {duration * 1000:.0f} ms")
        if result == _UNDEFINED:
            raise Unavailable("policy", f"{rule} is undefined")
        try:
            return msgspec.json.decode(result)
        except (msgspec.DecodeError, RecursionError) as error:
            raise Unavailable("policy", f"{rule} gave no JSON: {error}") from None

    async def close(self) -> None:
        """Nothing is held beyond memory."""

    def _run(self, rule: str, document: bytes) -> str:
        try:
            self._engine.set_input_json(document.decode())
            result: str = self._engine.eval_rule_as_json(rule)
        except (KeyboardInterrupt, SystemExit, GeneratorExit):
            raise
        except BaseException as error:
            # A panic of the engine is a BaseException, and no more than an error. It leaves the
            # rules it was in marked as being evaluated, so that each later call would find a
            # cycle: go on with a copy that has evaluated nothing.
            self._engine = self._loaded.clone()
            raise Unavailable("policy", message(error)) from None
        self._engine.take_prints()
        return result

    def _warm_up(self) -> None:
        """Evaluate everything once, so that the first call finds it compiled. What the empty
        input makes of a policy is not judged, except for what no input could cure."""
        errors = []
        for rule in self._rules.values():
            try:
                self._run(rule, b"{}")
            except Unavailable as error:
                if " is unsafe" in error.detail or "could not find function" in error.detail:
                    errors.append(error.detail)
        if errors:
            raise PolicyError(sorted(set(errors)))


def load(loaded: Bundle, *, with_tests: bool = False) -> tuple[Any, list[syntax.Module]]:
    """A regorus Engine with the policies, data and replaced builtins, and the modules to lint.

    Raises PolicyError for what does not parse.
    """
    engine = regorus.Engine()
    # print() would write the input, prompts and all, to standard error.
    engine.set_gather_prints(True)
    builtins.install(engine)
    sources = {**loaded.modules, **(loaded.tests if with_tests else {})}
    errors = []
    for file, source in sources.items():
        try:
            engine.add_policy(file, source)
        except Exception as error:
            errors.append(message(error, file))
    if errors:
        raise PolicyError(errors)
    try:
        trees = json.loads(engine.get_ast_as_json())
        modules = [
            syntax.read_module(file, source, tree["ast"])
            for (file, source), tree in zip(sources.items(), trees, strict=True)
        ]
        engine.add_data_json(msgspec.json.encode(loaded.data).decode())
    except RecursionError:
        raise PolicyError(["policy:1: an expression is too long"]) from None
    except RuntimeError as error:
        raise PolicyError([message(error, "data")]) from None
    return engine, modules


def check_policies(path: Path, entrypoints: Mapping[Phase, str]) -> list[str]:
    """Everything that is wrong with a directory of policies, each `file:line: what is wrong`."""
    try:
        EmbeddedEngine(path, entrypoints, timeout=1.0)
    except PolicyError as error:
        return error.errors
    return []


def message(error: BaseException, file: str = "policy") -> str:
    """An error of regorus as `file:line: what is wrong`, without its pictures and backtraces."""
    text = str(error).partition("\n\nStack backtrace:")[0].strip()
    where = _WHERE.search(text)
    _, marked, what = text.rpartition("error: ")
    what = what.partition(" (path [")[0]  # the engine's own scopes
    what = " ".join((what if marked else text.rpartition("\n")[2] or text).split())
    if where is None:
        return f"{file}:1: {what or type(error).__name__}"
    return f"{where['file']}:{where['line']}: {what}"


def _entrypoint_mistakes(
    path: Path, entrypoints: Mapping[Phase, str], modules: list[syntax.Module]
) -> list[str]:
    rules = {rule.path for module in modules for rule in module.rules if not rule.is_function}
    errors = []
    for phase, entrypoint in entrypoints.items():
        parts = tuple(entrypoint.split("/"))
        if not _ENTRYPOINT.fullmatch(entrypoint):
            errors.append(f"{path}:1: {phase}: {entrypoint!r} is no path such as package/rule")
        elif parts not in rules:
            errors.append(f"{path}:1: {phase}: there is no rule {entrypoint}")
    return errors
