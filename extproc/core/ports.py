"""The Protocols that adapters fulfil. Time, ids and randomness come in here too, so that a
decision replays exactly.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from extproc.core.decision import Phase
from extproc.core.policy_input import PolicyInput


class Clock(Protocol):
    def now(self) -> int:
        """Microseconds since 1970 (UTC)."""
        ...

    def elapsed(self) -> int:
        """A monotonic reading in microseconds, for durations only."""
        ...


class Ids(Protocol):
    def new(self, prefix: str) -> str:
        """A fresh id such as `exc_…`, sortable by time. Prefixes: agt crd exc dec apr."""
        ...


class Cache(Protocol):
    """Keeps for the next start what takes long to make. It never raises: what cannot be read is
    not there, and what cannot be written is made again.
    """

    def load(self, key: str) -> bytes | None:
        """What was saved under this very key, and not a byte of it changed."""
        ...

    def save(self, key: str, data: bytes) -> None:
        """`key` is a name of letters and figures."""
        ...

    def __hash__(self) -> int: ...


class PolicyEngine(Protocol):
    """Evaluates the three entrypoints. Fails closed: anything odd is Unavailable."""

    @property
    def revision(self) -> str:
        """Names the loaded policy and data; changes when either does."""
        ...

    async def decide(self, phase: Phase, document: PolicyInput) -> Any:
        """The entrypoint's value for an input document, as a JSON value.

        Raises Unavailable("policy") when it is undefined, errs, or takes too long.
        """
        ...

    async def close(self) -> None: ...


class Replays(Protocol):
    """Remembers ids that may be used once: of assertions, of proofs."""

    def first(self, kind: str, id: str, until: int) -> bool:
        """Whether this id of this kind is seen for the first time, in whichever process.

        Remembered until `until` (microseconds since 1970), across restarts. `id` may be long and
        hostile. Raises Unavailable("store"): then the id counts as used.
        """
        ...


Headers = Mapping[str, str]
"""Lower-case names. A repeated header is joined with a comma, as Envoy does for ext_authz."""
