"""Which dialect a route speaks. A new dialect is one file and its lines here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from extproc.core.llm.anthropic_messages import ANTHROPIC_MESSAGES
from extproc.core.llm.dialect import AnswerFacts, Dialect, LlmRequest
from extproc.core.llm.framing import Framing
from extproc.core.llm.gemini import GEMINI
from extproc.core.llm.generic import GENERIC
from extproc.core.llm.json_lines import ARRAY, LINES
from extproc.core.llm.mcp import MCP
from extproc.core.llm.ollama import OLLAMA
from extproc.core.llm.openai_chat import OPENAI_CHAT
from extproc.core.llm.openai_responses import OPENAI_RESPONSES
from extproc.core.llm.openai_texts import (
    OPENAI_COMPLETIONS,
    OPENAI_EMBEDDINGS,
    OPENAI_MODERATIONS,
)
from extproc.core.llm.routes import Route
from extproc.core.llm.sse import SSE

_DIALECTS: Mapping[tuple[str, str], Dialect] = {
    ("openai", "chat"): OPENAI_CHAT,
    ("openai", "completions"): OPENAI_COMPLETIONS,
    ("openai", "responses"): OPENAI_RESPONSES,
    ("openai", "embeddings"): OPENAI_EMBEDDINGS,
    ("openai", "moderations"): OPENAI_MODERATIONS,
    ("openai", "models"): OPENAI_CHAT,
    ("anthropic", "messages"): ANTHROPIC_MESSAGES,
    ("anthropic", "count_tokens"): ANTHROPIC_MESSAGES,
    ("mcp", "mcp"): MCP,
}
_OF_ALL_OPERATIONS: Mapping[str, Dialect] = {"gemini": GEMINI, "ollama": OLLAMA}

_FRAMINGS: Mapping[str, Framing] = {
    "text/event-stream": SSE,
    "application/x-ndjson": LINES,
    "application/ndjson": LINES,
    "application/jsonl": LINES,
    "application/x-jsonlines": LINES,
}


def dialect_of(route: Route) -> Dialect:
    found = _DIALECTS.get((route.api, route.operation))
    return found or _OF_ALL_OPERATIONS.get(route.api, GENERIC)


def framing_of(route: Route, media_type: str) -> Framing | None:
    """How an answer of this media type streams; None for one that is whole."""
    if route.is_stream and media_type == "application/json":
        return ARRAY
    return _FRAMINGS.get(media_type)


def read_request(route: Route, document: Any) -> LlmRequest:
    """The facts of a request's body.

    Raises Refused(INVALID_REQUEST) with the path of a known field that is missing or has the
    wrong type; nothing is guessed, since the upstream might guess otherwise.
    """
    return dialect_of(route).read_request(route, document)


def read_answer(route: Route, document: Any) -> AnswerFacts:
    """What a whole JSON answer says of itself. Never raises; what is not said stays empty."""
    facts = AnswerFacts()
    dialect_of(route).read_answer(document, facts)
    return facts
