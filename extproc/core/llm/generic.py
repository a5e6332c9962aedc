"""What to do where the dialect is not known: every string is masked, nothing is exempt.

In a stream, the same place of the same kind of event is taken for one text in parts, after
each part was masked by itself.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from extproc.core.llm.dialect import (
    AnswerFacts,
    Carrier,
    Dialect,
    Everything,
    Group,
    LlmRequest,
    Message,
    all_text,
    said_string,
)
from extproc.core.llm.routes import Route
from extproc.core.llm.spec import FREE, LOOSE, Path, Slot, Spec


class Generic:
    request: ClassVar[Spec] = FREE
    answer: ClassVar[Spec] = FREE
    events: ClassVar[frozenset[str]] = frozenset()
    # Many servers end their streams so, whatever they speak.
    end: ClassVar[str | None] = "[DONE]"

    def read_request(self, route: Route, document: Any) -> LlmRequest:
        """Never raises: what nobody described has no wrong types. Policy sees all the text, as
        one message without a role."""
        text = all_text(document)
        body = document if type(document) is dict else {}
        return LlmRequest(
            api=route.api,
            operation=route.operation,
            model=said_string(body.get("model")),
            stream=body.get("stream") is True,
            messages=(Message("", text),) if text else (),
        )

    def read_answer(self, document: Any, facts: AnswerFacts) -> None:
        if type(document) is dict:
            facts.model = said_string(document.get("model")) or facts.model

    def event_spec(self, event: str | None, document: Any) -> Spec:
        return LOOSE

    def channel(self, event: str | None, document: Any, path: Path) -> tuple[Group, Path]:
        kind = said_string(document.get("type")) if type(document) is dict else ""
        return "", (event or "", kind, *path)

    def begins(self, document: Any) -> Group | None:
        return None

    def ends(self, document: Any) -> Iterable[Group] | Everything:
        return ()

    def read_event(self, document: Any, facts: AnswerFacts) -> None:
        self.read_answer(document, facts)

    def carrier(self, document: Any, slot: Slot) -> Carrier:
        raise NotImplementedError("an event of an unknown dialect is never made by us")


GENERIC: Dialect = Generic()
