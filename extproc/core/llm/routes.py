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

Api = Literal["openai", "anthropic", "gemini", "ollama", "mcp", "other"]


class Route(msgspec.Struct, frozen=True):
    """A dialect and what is asked of it, e.g. `Route("openai", "chat")`."""

    api: Api
    operation: str
    """One of OPERATIONS, or `unknown`."""
    model: str = ""
    """The model, where the path names it and not the body."""
    is_stream: bool = False
    """The path asks for a stream, and not the body."""


UNKNOWN = Route("other", "unknown")

_ROUTES: Mapping[tuple[str, str], Route] = {
    ("POST", "/v1/chat/completions"): Route("openai", "chat"),
    ("POST", "/v1/completions"): Route("openai", "completions"),
    ("POST", "/v1/responses"): Route("openai", "responses"),
    ("POST", "/v1/embeddings"): Route("openai", "embeddings"),
    ("POST", "/v1/moderations"): Route("openai", "moderations"),
    ("GET", "/v1/models"): Route("openai", "models"),
    ("POST", "/v1/messages"): Route("anthropic", "messages"),
    ("POST", "/v1/messages/count_tokens"): Route("anthropic", "count_tokens"),
    ("GET", "/v1beta/models"): Route("gemini", "models"),
    ("POST", "/api/chat"): Route("ollama", "chat"),
    ("POST", "/api/generate"): Route("ollama", "generate"),
    ("POST", "/api/embed"): Route("ollama", "embeddings"),
    ("POST", "/api/embeddings"): Route("ollama", "embeddings"),
    ("GET", "/api/tags"): Route("ollama", "models"),
}

# One segment that begins with a letter or digit, so that `.` and `..` never match.
_NAME = r"[A-Za-z0-9][A-Za-z0-9_.@-]*"
_ONE_MODEL = re.compile(r"/v1/models/[A-Za-z0-9][A-Za-z0-9_.:@-]*")
_ONE_OF_GEMINI = re.compile(rf"/v1beta/models/{_NAME}")
_GEMINI = re.compile(
    rf"/v1(?:beta1?|alpha)?/(?:projects/{_NAME}/locations/{_NAME}/)?(?:publishers/google/)?"
    rf"models/({_NAME}):([A-Za-z]+)"
)
_GEMINI_VERBS: Mapping[str, tuple[str, bool]] = {
    "generateContent": ("generate_content", False),
    "streamGenerateContent": ("generate_content", True),
    "countTokens": ("count_tokens", False),
    "embedContent": ("embeddings", False),
    "batchEmbedContents": ("embeddings", False),
}
# A server of tools has no model; it is offered, granted and routed by this name, and one of
# several by the path behind it (`mcp/files`).
_MCP = re.compile(rf"/(mcp(?:/{_NAME})?)/?")
_MCP_METHODS = frozenset({"POST", "GET", "DELETE"})

OPERATIONS = frozenset(
    {route.operation for route in _ROUTES.values()}
    | {operation for operation, _ in _GEMINI_VERBS.values()}
    | {"mcp"}
)


def read_route(method: str, path: str) -> Route:
    """The route of a request line; `path` may carry a query string, which is not looked at."""
    bare = path.partition("?")[0]
    route = _ROUTES.get((method, bare))
    if route is not None:
        return route
    if method == "GET":
        if _ONE_MODEL.fullmatch(bare):
            return Route("openai", "models")
        if _ONE_OF_GEMINI.fullmatch(bare):
            return Route("gemini", "models")
    if method == "POST" and (call := _GEMINI.fullmatch(bare)) and call[2] in _GEMINI_VERBS:
        operation, is_stream = _GEMINI_VERBS[call[2]]
        return Route("gemini", operation, call[1], is_stream)
    if method in _MCP_METHODS and (server := _MCP.fullmatch(bare)):
        return Route("mcp", "mcp", server[1])
    return UNKNOWN
