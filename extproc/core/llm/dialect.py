"""What a dialect has to say: one file each fulfils `Dialect`, and `registry` lists them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, ClassVar, NoReturn, Protocol, TypeVar

import msgspec

from extproc.core.decision import Code, Refused
from extproc.core.llm.places import looks_like_blob
from extproc.core.llm.routes import Route
from extproc.core.llm.spec import Path, Slot, Spec


class Message(msgspec.Struct, frozen=True):
    """One turn, as policy sees it."""

    role: str
    content: str
    """All its text, tool arguments and results included, one part a line."""


class LlmRequest(msgspec.Struct, frozen=True):
    """The facts of a request; Rego's `input.llm` without the usage."""

    api: str
    operation: str
    model: str = ""
    stream: bool = False
    messages: tuple[Message, ...] = ()
    """The system prompt first, whatever place the dialect gives it."""
    tools: tuple[str, ...] = ()
    """Names of the tools that the model may call."""
    max_tokens: int | None = None
    has_tokens: bool = False
    """A part of the prompt is numbers of tokens, which nobody here can read."""
    call_id: str | int | None = None
    """What a JSON-RPC request calls itself."""


class AnswerFacts(msgspec.Struct):
    """What an answer says of itself; what it does not say stays empty."""

    model: str = ""
    finish_reason: str = ""
    """Of the first choice."""
    input_tokens: int = 0
    output_tokens: int = 0


class Everything(msgspec.Struct, frozen=True):
    """Every text of the stream."""


EVERYTHING = Everything()

Group = int | str
"""The texts that end together: a choice, a content block."""


class Carrier(msgspec.Struct, frozen=True):
    """An event made by us, to bring the end of a text whose own event went out before."""

    event: str | None
    document: Any
    container: Any
    """`container[key]` takes the text."""
    key: Any


class Dialect(Protocol):
    """All that differs between providers. Holds no state, so one object serves everybody."""

    request: ClassVar[Spec]
    answer: ClassVar[Spec]
    events: ClassVar[frozenset[str]]
    """SSE event names whose data must be well-formed JSON."""
    end: ClassVar[str | None]
    """The data of the event behind the last one, where that is not JSON."""

    def read_request(self, route: Route, document: Any) -> LlmRequest:
        """Raises Refused(INVALID_REQUEST) with the path of what has the wrong type."""
        ...

    def read_answer(self, document: Any, facts: AnswerFacts) -> None:
        """Add what a whole JSON answer says. Never raises."""
        ...

    def event_spec(self, event: str | None, document: Any) -> Spec:
        """Where the texts are. Raises Unavailable("masker") for an event that contradicts
        itself."""
        ...

    def channel(self, event: str | None, document: Any, path: Path) -> tuple[Group, Path]:
        """The text that the string at this path is a part of."""
        ...

    def begins(self, document: Any) -> Group | None:
        """The group that this event starts afresh."""
        ...

    def ends(self, document: Any) -> Iterable[Group] | Everything:
        """The groups that this event ends."""
        ...

    def read_event(self, document: Any, facts: AnswerFacts) -> None:
        """Add what an event says. Never raises."""
        ...

    def carrier(self, document: Any, slot: Slot) -> Carrier:
        """An event like this one, with nothing but the text of that slot."""
        ...


T = TypeVar("T")

# Reading with types: each returns the value or refuses with its path.


def refuse(path: str, expected: str) -> NoReturn:
    raise Refused(Code.INVALID_REQUEST, f"{path} must be {expected}")


def an_object(value: Any, path: str) -> dict[str, Any]:
    return value if type(value) is dict else refuse(path, "an object")


def an_array(value: Any, path: str) -> list[Any]:
    return value if type(value) is list else refuse(path, "an array")


def a_string(value: Any, path: str) -> str:
    return value if type(value) is str else refuse(path, "a string")


def a_boolean(value: Any, path: str) -> bool:
    return value if type(value) is bool else refuse(path, "true or false")


def a_count(value: Any, path: str) -> int:
    if type(value) is int and value >= 0:
        return value
    refuse(path, "a whole number, zero or more")


def optional(
    read: Callable[[Any, str], T], document: dict[str, Any], key: str, path: str = "$"
) -> T | None:
    """The member; None where it is absent or null."""
    value = document.get(key)
    return None if value is None else read(value, f"{path}.{key}")


def all_text(*values: Any) -> str:
    """Every string in these values, one a line, without protocol words and base64."""
    found: list[str] = []
    for value in values:
        _collect(value, found)
    return "\n".join(found)


_NOT_TEXT = frozenset({"type", "id", "role", "tool_call_id", "tool_use_id", "call_id"})


def _collect(value: Any, found: list[str]) -> None:
    if type(value) is str:
        if value and not looks_like_blob(value):
            found.append(value)
    elif type(value) is dict:
        for key, item in value.items():
            if key not in _NOT_TEXT or type(item) is not str:
                _collect(item, found)
    elif type(value) is list:
        for item in value:
            _collect(item, found)


def texts_or_tokens(value: Any, path: str) -> tuple[str, bool]:
    """A prompt that is a string, strings, or numbers of tokens: its text, and whether it has
    such numbers.
    """
    if type(value) is str:
        return value, False
    texts = []
    has_tokens = False
    for index, item in enumerate(an_array(value, path)):
        if type(item) is str:
            texts.append(item)
        elif type(item) is int or type(item) is list:
            has_tokens = True
        else:
            refuse(f"{path}[{index}]", "a string or numbers of tokens")
    return "\n".join(texts), has_tokens


# Reading what an answer says of itself: nothing here is refused, a wrong type is not said.


def said_string(value: Any) -> str:
    return value if type(value) is str else ""


def said_count(value: Any) -> int | None:
    return value if type(value) is int and value >= 0 else None
