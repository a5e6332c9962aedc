"""Which dialect a route speaks. A new dialect is one file and its lines here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from extproc.core.llm.anthropic_messages import ANTHROPIC_MESSAGES
from extproc.core.llm.dialect import AnswerFacts, Dialect, LlmRequest
from extproc.core.llm.generic import GENERIC
from extproc.core.llm.openai_chat import OPENAI_CHAT
from extproc.core.llm.routes import Route

_DIALECTS: Mapping[tuple[str, str], Dialect] = {
    ("openai", "chat"): OPENAI_CHAT,
    ("openai", "models"): OPENAI_CHAT,
    ("anthropic", "messages"): ANTHROPIC_MESSAGES,
    ("anthropic", "count_tokens"): ANTHROPIC_MESSAGES,
}


def dialect_of(route: Route) -> Dialect:
    return _DIALECTS.get((route.api, route.operation), GENERIC)


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
