"""Which dialect and operation a path means.

A path is compared as it stands: no decoding, no joining of slashes, no dots resolved. What is
not equal to a known route is the unknown operation, where every string is masked and policy
decides whether it may pass at all. So no spelling of a path can choose gentler rules than the
one that the upstream will see.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal

import msgspec

Api = Literal["openai", "anthropic", "other"]


class Route(msgspec.Struct, frozen=True):
    """A dialect and what is asked of it, e.g. `Route("openai", "chat")`."""

    api: Api
    operation: str
    """`chat`, `messages`, `count_tokens`, `models` or `unknown`."""


UNKNOWN = Route("other", "unknown")

_ROUTES: Mapping[tuple[str, str], Route] = {
    ("POST", "/v1/chat/completions"): Route("openai", "chat"),
    ("POST", "/v1/messages"): Route("anthropic", "messages"),
    ("POST", "/v1/messages/count_tokens"): Route("anthropic", "count_tokens"),
    ("GET", "/v1/models"): Route("openai", "models"),
}

# One segment that begins with a letter or digit, so that `.` and `..` never match.
_ONE_MODEL = re.compile(r"/v1/models/[A-Za-z0-9][A-Za-z0-9_.:@-]*")


def read_route(method: str, path: str) -> Route:
    """The route of a request line; `path` may carry a query string, which is not looked at."""
    bare = path.partition("?")[0]
    route = _ROUTES.get((method, bare))
    if route is not None:
        return route
    if method == "GET" and _ONE_MODEL.fullmatch(bare):
        return Route("openai", "models")
    return UNKNOWN
