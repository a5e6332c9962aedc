"""Keys whose first characters name their provider.

The prefix and as many characters as that provider's keys have at least decide; all that
continues the key is masked with it, so that a longer format of next year is not cut in two.
"""

from __future__ import annotations

import re

from extproc.core.masking.detectors.detector import SECRETS, Detector, Run, Validate, accept
from extproc.core.masking.detectors.entropy import is_random

_RUN = Run(re.compile(rb"[A-Za-z0-9_-]*"))
_START = rb"(?<![A-Za-z0-9])"


def _random(view: bytes, start: int, end: int) -> int:
    """For prefixes that words have too: `sk-` begins a key, and a class in a style sheet."""
    return end if is_random(view[start:end], 3.0) else 0


def _key(prefix: str, rest: str, validate: Validate = accept) -> Detector:
    """`prefix` is an expression of a few alternatives; `rest` decides."""
    return Detector(
        "API_KEY",
        prefix,
        re.compile(_START + f"(?:{prefix})(?:{rest})".encode()),
        validate,
        run=_RUN,
        profiles=SECRETS,
    )


DETECTORS = (
    # Amazon: access key ids. Their secrets have no prefix; `secret.py` finds them by name.
    _key("(?:A3T[A-Z0-9]|AKIA|ASIA|AGPA|AIDA|AROA|AIPA|ANPA|ANVA|ABIA|ACCA)", "[A-Z2-7]{16}"),
    # Models: OpenAI, Anthropic, OpenRouter, DeepSeek and others share sk-.
    _key("sk-(?:ant|proj|or|svcacct|admin)-", "[A-Za-z0-9_-]{16}"),
    _key("sk-", "[A-Za-z0-9_-]{20,48}", _random),
    _key("gsk_", "[A-Za-z0-9]{32}"),
    _key("xai-", "[A-Za-z0-9]{40}"),
    _key("pplx-", "[A-Za-z0-9]{32}"),
    _key("hf_", "[A-Za-z]{30}"),
    _key("r8_", "[A-Za-z0-9]{32}"),
    _key("tvly-", "[A-Za-z0-9-]{24}"),
    # Google: API keys, OAuth access tokens and client secrets.
    _key("AIza", "[A-Za-z0-9_-]{35}"),
    _key(r"ya29\.", "[A-Za-z0-9_-]{20}"),
    _key("GOCSPX-", "[A-Za-z0-9_-]{20}"),
    # Code hosts and registries.
    _key("gh[pousr]_", "[A-Za-z0-9]{30}"),
    _key("github_pat_", "[A-Za-z0-9_]{22}"),
    _key("gl(?:pat|ptt|dt|rt|cbt|soat|ft|imt|agent)-", "[A-Za-z0-9_-]{20}"),
    _key("npm_", "[A-Za-z0-9]{36}"),
    _key("pypi-AgEIcHlwaS5vcmc", "[A-Za-z0-9_-]{16}"),
    _key("rubygems_", "[a-f0-9]{48}"),
    _key("dckr_(?:pat|oat)_", "[A-Za-z0-9_-]{20}"),
    _key("ATATT3", "[A-Za-z0-9_=-]{40}"),
    # Payment, mail, messages.
    _key("(?:sk|rk|pk)_(?:live|test)_", "[A-Za-z0-9]{16}"),
    _key("whsec_", "[A-Za-z0-9+/]{24}"),
    _key("sq0(?:atp|csp)-", "[A-Za-z0-9_-]{22}"),
    _key(r"SG\.", r"[A-Za-z0-9_-]{16,32}\.[A-Za-z0-9_-]{16}"),
    _key("key-", "[a-f0-9]{32}"),
    _key("xox[abeoprs]-", "[A-Za-z0-9-]{10}", _random),
    _key("xapp-", "[0-9]-[A-Z0-9]{8,12}-[0-9]{8}"),
    _key("(?:AC|SK)[0-9a-f]{4}", "[0-9a-f]{28}(?![0-9a-f])"),
    # Clouds and tools.
    _key("do[opr]_v1_", "[a-f0-9]{64}"),
    _key("shp(?:at|ca|pa|ss)_", "[a-fA-F0-9]{32}"),
    _key("dapi", "[a-f0-9]{32}"),
    _key("hv[sbr]\\.", "[A-Za-z0-9_-]{24}"),
    _key("gl(?:sa|c)_", "[A-Za-z0-9+/_=]{32}"),
    _key("lin_(?:api|oauth)_", "[A-Za-z0-9]{32}"),
    _key("figd_", "[A-Za-z0-9_-]{32}"),
    _key("ntn_", "[A-Za-z0-9]{40}"),
    _key("PMAK-", "[a-f0-9]{24}"),
    _key("NRAK-", "[A-Z0-9]{27}"),
    _key("ph[cx]_", "[A-Za-z0-9]{32}"),
    _key("sntry[su]_", "[A-Za-z0-9+/=_]{32}"),
    _key("AGE-SECRET-KEY-1", "[A-Z0-9]{50}"),
)
