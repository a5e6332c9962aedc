"""What a string, a number or a key in a document is: the rules that `places` walks by."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from typing import Any

import msgspec


class Kind(enum.Enum):
    """What a string is."""

    TEXT = enum.auto()
    """Complete by itself."""
    NAME = enum.auto()
    BLOB = enum.auto()
    JSON = enum.auto()
    """A JSON document in a string: what is inside is masked, and it stays valid JSON."""
    STREAM = enum.auto()
    """In an event: a part of a longer text, whose other parts come in other events."""
    STREAM_JSON = enum.auto()
    """In an event: a part of a JSON document in a string."""
    LOOSE = enum.auto()
    """In an event: nobody told us. Masked as complete, and then again as a part."""
    PADDING = enum.auto()
    """In an event: what says nothing and is another in each event: a few random letters of the
    provider's (OpenAI's `obfuscation`), or the time. Exempt while it looks so, else TEXT."""
    COUNT = enum.auto()
    """In an event: a number of the protocol that is another in each event."""


class Spec(msgspec.Struct, frozen=True):
    """What may stand in one place. A JSON value of any type finds its rule here."""

    text: Kind = Kind.TEXT
    numbers: bool = True
    """Whether integers are looked at."""
    fields: Mapping[str, Spec] = {}
    """The known keys of an object here."""
    rest: Spec | None = None
    """Any other key. None: free text, or this spec again where it is `deep`."""
    items: Spec | None = None
    """The items of an array here. None: as `rest`."""
    deep: bool = False
    """It holds for everything below it that it does not name."""
    kinds: Mapping[str, Spec] = {}
    """The spec to use instead, by the value of the object's `type`."""
    logprobs: bool = False
    """An object here has log probabilities in `logprobs`."""
    is_dropped: bool = False
    """It repeats a text in a form that cannot be looked at, such as token numbers. Emptied."""
    is_count: bool = False
    """Numbers here count events or tokens, and steer nothing."""
    is_joined: bool = False
    """Of a whole document: readers join some of its strings, or it has something to drop. So it
    must be walked although each of its strings is clean by itself."""
    prose: bool = False
    """Strings here are words of the assistant to its user: the only place where pseudonyms are
    restored. Never what a program reads, such as a tool's arguments."""


FREE = Spec()
PROSE = Spec(prose=True)
PROTOCOL = Spec(numbers=False, deep=True)
"""Its numbers belong to the protocol; its strings are masked like all others."""
COUNT = Spec(numbers=False, deep=True, is_count=True)
"""As PROTOCOL, and every event has another one."""
PADDING = Spec(text=Kind.PADDING)
NAME = Spec(text=Kind.NAME)
BLOB = Spec(text=Kind.BLOB)
DROPPED = Spec(is_dropped=True)
JSON = Spec(text=Kind.JSON)
"""JSON in a string. Some servers send the object itself."""
_LABELS = (
    "type", "object", "model", "role", "status", "event", "finish_reason", "stop_reason",
    "id", "item_id", "response_id", "call_id", "message_id",
)  # fmt: skip
LOOSE = Spec(
    text=Kind.LOOSE,
    # Masked like all text, but never a part of one: they are the same in every event, and put
    # together they would only hold it up.
    fields=dict.fromkeys(_LABELS, FREE),
    deep=True,
)


def array_of(items: Spec) -> Spec:
    return Spec(items=items)


def below(spec: Spec) -> Spec:
    return spec.rest or (spec if spec.deep else FREE)


class Foreign(str):
    """A key that no spec names. It is content, so a report shows `*` for it."""

    __slots__ = ()


Path = tuple[str | int, ...]


class Slot(msgspec.Struct):
    """A string in an event that its neighbours may complete."""

    container: Any
    key: Any
    text: str
    kind: Kind
    path: Path
    is_prose: bool = False
