"""Sharing: one bearer credential that several addresses use at once.

A credential belongs to one agent, and an agent runs in one place. Nothing but the address tells
two holders of a plain bearer credential apart, so that is what is looked at:

- The calls of one address form a run, as long as it is never silent for more than two minutes (a
  minute until another calls, and a minute until it is back); an open exchange is a call that goes
  on.
- Two addresses use a credential at once when one calls in the middle of the other's run: A, B, A,
  or both with exchanges open. A, A, B, B is an agent that moved, and no sharing.
- Of a credential that is shared, the address that came first is the holder, as long as it was
  heard of within the last minute. Where sharing is denied, the later ones are refused.

What one worker saw goes to the others through a store, once a second. So what two workers saw of
each a half is found a second or two later. Agents behind one address (a proxy, a cluster's way
out) look like one; and one host with two addresses looks like two.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Literal, Protocol

import msgspec
import structlog

from extproc.core.call import Call
from extproc.core.decision import Code, Refused
from extproc.core.identity import Identity
from extproc.core.ports import Clock

_log = structlog.get_logger("extproc.sharing")

AT_ONCE = 60_000_000
"""Microseconds in which an address that called still counts as there."""
RUN_GAP = 2 * AT_ONCE
"""Between two calls of one run, at most."""
CREDENTIALS_MAX = 10_000
SOURCES_MAX = 16
"""Of one credential. With more, the latest comers make room, never the holder."""


class Source(msgspec.Struct):
    """One address that a credential was used from. Times are microseconds since 1970."""

    credential: str
    """Its id, not itself."""
    agent_id: str
    source: str
    first_seen: int
    since: int
    """When the run began that `last_seen` ends."""
    last_seen: int

    def hear(self, moment: int) -> None:
        if moment - self.last_seen > RUN_GAP:
            self.since = moment
        self.last_seen = max(self.last_seen, moment)

    def merge(self, other: Source) -> None:
        """Take what another worker saw of the same."""
        self.first_seen = min(self.first_seen, other.first_seen)
        is_one_run = (
            other.since - self.last_seen <= RUN_GAP and self.since - other.last_seen <= RUN_GAP
        )
        if is_one_run:
            self.since = min(self.since, other.since)
        elif other.last_seen > self.last_seen:
            self.since = other.since
        self.last_seen = max(self.last_seen, other.last_seen)


class Sources(Protocol):
    """What all workers saw. All may wait for the disk, and raise Unavailable("store")."""

    def save(self, seen: Sequence[Source]) -> None:
        """Merged with what is there."""
        ...

    def changed(self, since: int) -> tuple[int, list[Source]]:
        """What was saved after `since`, 0 for everything, and what to say the next time."""
        ...

    def flag(self, credential: str, agent_id: str, at: int) -> bool:
        """Note that a credential is shared; True for the first who does."""
        ...

    def sweep(self, before: int) -> None:
        """Forget what was seen last before then."""
        ...


class _Visitor:
    """A source, and what of it is known here alone."""

    __slots__ = ("open", "seen")

    def __init__(self, seen: Source) -> None:
        self.seen = seen
        self.open: set[str] = set()
        """Ids of its exchanges that this worker has under way."""


class _Credential:
    __slots__ = ("id", "is_shared", "visitors")

    def __init__(self, id: str) -> None:
        self.id = id
        self.visitors: dict[str, _Visitor] = {}
        self.is_shared = False


class Sharing:
    """For one event loop; only `sweep` touches the disk, in a thread."""

    def __init__(
        self,
        sources: Sources,
        clock: Clock,
        verdict: Literal["flag", "deny"],
        counted: Callable[[], None],
    ) -> None:
        """`counted` is called once for a shared credential, by whichever worker is first."""
        self._sources = sources
        self._clock = clock
        self._verdict = verdict
        self._counted = counted
        self._known: OrderedDict[str, _Credential] = OrderedDict()
        self._revision = 0
        self._unsaved: set[_Visitor] = set()
        self._unflagged: dict[str, _Credential] = {}

    def arrive(self, caller: Identity, source: str) -> None:
        """A call begins. Raises Refused(INVALID_TOKEN) where sharing is denied."""
        if caller.binding != "bearer":
            return
        now = self._clock.now()
        credential = self._heard(caller.credential_id, caller.agent_id, source, now)
        self._compare(credential, now)
        if self._verdict == "deny" and credential.is_shared and _is_late(credential, source, now):
            raise Refused(Code.INVALID_TOKEN, "this credential is in use from another address")

    def open(self, call: Call) -> None:
        """An exchange is under way until `close`."""
        caller = call.identity
        if caller.binding != "bearer":
            return
        now = self._clock.now()
        credential = self._heard(caller.credential_id, caller.agent_id, call.source, now)
        if visitor := credential.visitors.get(call.source):
            visitor.open.add(call.exchange_id)
            self._compare(credential, now)

    def close(self, call: Call) -> None:
        """Before the last bytes go out: who calls from elsewhere behind them has only moved.

        May be called again.
        """
        credential = self._known.get(call.identity.credential_id)
        visitor = credential and credential.visitors.get(call.source)
        if visitor and call.exchange_id in visitor.open:
            visitor.open.discard(call.exchange_id)
            visitor.seen.hear(self._clock.now())
            self._unsaved.add(visitor)

    async def sweep(self) -> None:
        """Tell the other workers, and hear them. To be called about once a second.

        Raises Unavailable("store"); what could not be told is told the next time.
        """
        now = self._clock.now()
        unsaved, self._unsaved = self._unsaved, set()
        for visitor in unsaved:
            if visitor.open:
                visitor.seen.hear(now)
                self._unsaved.add(visitor)
        # Copies: the thread must not see what goes on meanwhile.
        seen = [msgspec.structs.replace(visitor.seen) for visitor in unsaved]
        try:
            revision, changed = await asyncio.to_thread(self._exchange, seen, now)
        except BaseException:
            self._unsaved |= unsaved
            raise
        self._revision = revision
        for other in changed:
            self._merge(other)
        now = self._clock.now()
        for credential_id in {other.credential for other in changed} & self._known.keys():
            self._compare(self._known[credential_id], now)
        await self._flag()

    def _exchange(self, seen: Sequence[Source], now: int) -> tuple[int, list[Source]]:
        self._sources.save(seen)
        self._sources.sweep(now - 60 * AT_ONCE)
        return self._sources.changed(self._revision)

    async def _flag(self) -> None:
        for credential in list(self._unflagged.values()):
            visitors = sorted(credential.visitors.values(), key=lambda one: one.seen.first_seen)
            agent_id = visitors[0].seen.agent_id
            is_first = await asyncio.to_thread(
                self._sources.flag, credential.id, agent_id, self._clock.now()
            )
            self._unflagged.pop(credential.id, None)
            if is_first:
                self._counted()
                _log.warning(
                    "a credential is used from several addresses at once",
                    credential=credential.id,
                    agent=agent_id,
                    sources=[one.seen.source for one in visitors],
                )

    def _heard(self, credential_id: str, agent_id: str, source: str, now: int) -> _Credential:
        credential = self._credential(credential_id)
        visitor = credential.visitors.get(source)
        if visitor is None:
            visitor = _add(credential, Source(credential_id, agent_id, source, now, now, now))
        else:
            visitor.seen.hear(now)
        self._unsaved.add(visitor)
        return credential

    def _credential(self, credential_id: str) -> _Credential:
        credential = self._known.get(credential_id)
        if credential is None:
            credential = self._known[credential_id] = _Credential(credential_id)
            if len(self._known) > CREDENTIALS_MAX:
                _, forgotten = self._known.popitem(last=False)
                for visitor in forgotten.visitors.values():
                    visitor.open.clear()
        else:
            self._known.move_to_end(credential_id)
        return credential

    def _merge(self, other: Source) -> None:
        credential = self._credential(other.credential)
        visitor = credential.visitors.get(other.source)
        if visitor is None:
            _add(credential, other)
        else:
            visitor.seen.merge(other)

    def _compare(self, credential: _Credential, now: int) -> None:
        if len(credential.visitors) == 1 or credential.is_shared:
            return
        runs = [
            # What is open goes on.
            (one.seen.since, now + 1 if one.open else one.seen.last_seen)
            for one in credential.visitors.values()
        ]
        if any(
            began < moment < ended
            for number, (began, ended) in enumerate(runs)
            for other in (*runs[:number], *runs[number + 1 :])
            for moment in other
        ):
            credential.is_shared = True
            self._unflagged[credential.id] = credential


def _add(credential: _Credential, seen: Source) -> _Visitor:
    visitors = credential.visitors
    if len(visitors) >= SOURCES_MAX:
        latest = max(visitors, key=lambda source: visitors[source].seen.first_seen)
        visitors.pop(latest).open.clear()
    visitor = visitors[seen.source] = _Visitor(seen)
    return visitor


def _is_late(credential: _Credential, source: str, now: int) -> bool:
    """Whether somebody came before who still calls."""
    first_seen = credential.visitors[source].seen.first_seen
    return any(
        one.seen.first_seen < first_seen and (one.open or now - one.seen.last_seen <= AT_ONCE)
        for other, one in credential.visitors.items()
        if other != source
    )
