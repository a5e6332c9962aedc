"""Webhooks: receivers elsewhere are told what is asked and what was decided.

Off the path of every call. What is to be told is durable first, then sent until the receiver takes
it, for a day at the most: at least once, under one `webhook-id`. Each receiver is sent to on its
own, so that one that hangs holds up no other. Only addresses of the configuration are asked, no
redirect is followed, no proxy of the environment is used, and of an answer only its status is read.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import httpx2
import structlog

from extproc.adapters.sqlite.outbox import Message, Outbox
from extproc.config import Config, ConfigError
from extproc.core.approval import ApprovalState
from extproc.core.decision import Unavailable
from extproc.core.ports import Clock
from extproc.core.webhook import key_of, sign
from extproc.receivers import WHERE, is_reference
from extproc.service.announcements import Receiver, body_of, event_for
from extproc.service.approvals import Approvals, Case
from extproc.sources import address_mistakes

_log = structlog.get_logger("extproc.webhooks")

_SECOND = 1_000_000
SECONDS = 10.0
"""For one try, from connecting to the answer's head."""
FIRST_PAUSE = _SECOND
LONGEST_PAUSE = 300 * _SECOND
GIVEN_UP_AFTER = 24 * 3600 * _SECOND
IN_FLIGHT = 4
"""Tries at once, to one receiver."""
LOOK_SECONDS = 0.5
_SWEEP_EVERY = 600
"""Looks."""
_MOST_NEWS = 100_000
_MOST_FOUND = 200
"""Questions that are looked for at the start."""
_GONE = 410
"""The receiver does not want it, now or later."""


def read_receivers(config: Config) -> tuple[Receiver, ...]:
    """With their secrets, which are read once. Raises ConfigError."""
    receivers: list[Receiver] = []
    errors: list[str] = []
    for index, webhook in enumerate(config.approvals.webhooks):
        where = f"{WHERE}[{index}]"
        try:
            url = _resolve(webhook.url).decode() if is_reference(webhook.url) else webhook.url
            errors += [f"{where}.url: {wrong}" for wrong in address_mistakes(url)]
        except (OSError, ValueError) as error:
            errors.append(f"{where}.url: {_why(error)}")
            continue
        try:
            key = key_of(_resolve(webhook.secret))
        except (OSError, ValueError) as error:
            errors.append(f"{where}.secret: {_why(error)}")
            continue
        heard = webhook.callback
        id = hashlib.sha256(url.encode()).hexdigest()[:16]
        if id in {each.id for each in receivers}:
            errors.append(f"{where}.url: is used twice")
        if key in {each.key for each in receivers}:
            # Who calls back is known by the secret alone.
            errors.append(f"{where}.secret: is used twice")
        receivers.append(
            Receiver(
                id=id,
                host=urlsplit(url).hostname or "",
                url=url,
                key=key,
                format=webhook.format,
                events=webhook.events,
                groups=heard.groups if heard else (),
                prefix=heard.subject_prefix if heard else "",
            )
        )
    if errors:
        raise ConfigError(errors)
    return tuple(receivers)


def _resolve(reference: str) -> bytes:
    """Raises OSError, ValueError."""
    kind, _, place = reference.partition(":")
    if kind == "file":
        return Path(place).read_bytes().strip()
    if place not in os.environ:
        raise ValueError(f"the environment has no {place}")
    return os.fsencode(os.environ[place]).strip()


def _why(error: OSError | ValueError) -> str:
    """Without a word of what was read."""
    if isinstance(error, OSError):
        return f"{error.filename}: {error.strerror}"
    return "is no text" if isinstance(error, UnicodeError) else str(error)


class Webhooks:
    """Of one event loop."""

    def __init__(
        self,
        receivers: tuple[Receiver, ...],
        outbox: Outbox,
        approvals: Approvals,
        clock: Clock,
        *,
        sent: Callable[[str], None],
        console: str | None = None,
        seconds: float = SECONDS,
    ) -> None:
        """`sent` counts: sent, failed (a try), given_up. `console`: its base URL, for links.
        `seconds`: for one try."""
        self._receivers = receivers
        self._outbox = outbox
        self._approvals = approvals
        self._clock = clock
        self._sent = sent
        self._console = console
        self._seconds = seconds
        self._news: set[str] = set()
        self._epoch: int | None = None
        self._looks = 0
        self._wake = asyncio.Event()
        self._flying: dict[str, asyncio.Task[None]] = {}
        """By receiver and message."""
        self._client = httpx2.AsyncClient(
            verify=httpx2.create_ssl_context(trust_env=False),
            trust_env=False,
            follow_redirects=False,
            timeout=seconds,
            limits=httpx2.Limits(max_keepalive_connections=0),
        )

    def told(self, case: Case) -> None:
        """For the desk: of this case there is something to tell. Waits for nothing."""
        if len(self._news) < _MOST_NEWS:
            self._news.add(case.id)
        self._wake.set()

    async def run(self) -> None:
        """Ends only when it is cancelled."""
        while True:
            for step in (self._collect, self._send):
                try:
                    await step()
                except Exception as error:  # one odd message must not be the end of all
                    detail = str(error) if isinstance(error, Unavailable) else type(error).__name__
                    _log.error("webhooks cannot be kept", detail=detail)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LOOK_SECONDS):
                    await self._wake.wait()
            self._wake.clear()

    async def look(self) -> None:
        """Note what there is to tell, and start what is due. Raises Unavailable("store")."""
        await self._collect()
        await self._send()

    async def settle(self) -> None:
        """Wait for what is under way."""
        await asyncio.gather(*self._flying.values())

    async def close(self) -> None:
        for task in self._flying.values():
            task.cancel()
        await asyncio.gather(*self._flying.values(), return_exceptions=True)
        await self._client.aclose()
        self._outbox.close()

    # -- what there is to tell -------------------------------------------------------------------

    async def _collect(self) -> None:
        news, self._news = self._news, set()
        try:
            lost = await asyncio.to_thread(self._note, news)
        except BaseException:
            self._news |= news
            raise
        for _ in range(lost):
            self._sent("given_up")
        if lost:
            _log.error("webhooks given up", why="too many wait", count=lost)

    def _note(self, news: set[str]) -> int:
        """In a thread; what it finds is added to `news`. Returns how many messages were lost."""
        lost = 0
        if self._looks % _SWEEP_EVERY == 0:
            lost = self._outbox.sweep([each.id for each in self._receivers], self._clock.now())
        epoch = self._approvals.changes()
        if epoch != self._epoch:
            # Decided by another process, or told to a process that died before it was noted.
            waiting = self._outbox.open_cases()
            states = self._approvals.states(waiting)
            news |= {id for id in waiting if states.get(id) is not ApprovalState.PENDING}
            if self._epoch is None:
                found = self._approvals.list(ApprovalState.PENDING, _MOST_FOUND)
                news |= {case.id for case in found} - set(waiting)
        for id in news:
            case = self._approvals.get(id)
            lost += self._outbox.put(
                id,
                [] if case is None else self._messages(case),
                is_open=case is not None and case.state is ApprovalState.PENDING,
            )
        self._epoch = epoch
        self._looks += 1
        return lost

    def _messages(self, case: Case) -> list[Message]:
        made = []
        for receiver in self._receivers:
            event = event_for(receiver, case)
            if event is not None:
                name = f"{receiver.id} {case.id} {event}"
                made.append(
                    Message(
                        # Always the same, so that even what is made anew is known again.
                        id="msg_" + hashlib.sha256(name.encode()).hexdigest()[:32],
                        receiver=receiver.id,
                        case_id=case.id,
                        event=event,
                        body=body_of(receiver, event, case, self._console),
                        put_at=self._clock.now(),
                    )
                )
        return made

    # -- telling it ------------------------------------------------------------------------------

    async def _send(self) -> None:
        for receiver in self._receivers:
            # Before the question: what lands during it may be in the answer, and is not due.
            flying = {name for name in self._flying if name.startswith(f"{receiver.id} ")}
            free = IN_FLIGHT - len(flying)
            if free <= 0:
                continue
            due = await asyncio.to_thread(
                self._outbox.due, receiver.id, self._clock.now(), IN_FLIGHT
            )
            for message in [each for each in due if _flight(each) not in flying][:free]:
                task = asyncio.create_task(self._deliver(receiver, message))
                self._flying[_flight(message)] = task
                task.add_done_callback(functools.partial(self._landed, _flight(message)))

    async def _deliver(self, receiver: Receiver, message: Message) -> None:
        wrong = await self._try(receiver, message)
        now = self._clock.now()
        is_over = wrong == str(_GONE) or now - message.put_at >= GIVEN_UP_AFTER
        outcome = "sent" if not wrong else "given_up" if is_over else "failed"
        try:
            if outcome == "failed":
                pause = min(FIRST_PAUSE << min(message.tries, 30), LONGEST_PAUSE)
                await asyncio.to_thread(self._outbox.delay, message.id, now + pause)
            else:
                await asyncio.to_thread(self._outbox.finish, message.id)
        except Unavailable as error:
            # It is sent once more; better than not at all.
            _log.error("webhooks cannot be kept", detail=str(error))
        self._sent(outcome)
        if wrong:
            _log.warning(
                "webhook not delivered",
                receiver=receiver.host,
                approval=message.case_id,
                told=message.event,
                tries=message.tries + 1,
                given_up=is_over,
                error=wrong,
            )

    async def _try(self, receiver: Receiver, message: Message) -> str:
        """Why it was not taken; empty when it was."""
        timestamp = self._clock.now() // _SECOND
        headers = {
            "content-type": "application/json",
            "user-agent": "extproc",
            "webhook-id": message.id,
            "webhook-timestamp": str(timestamp),
            "webhook-signature": sign(receiver.key, message.id, timestamp, message.body),
        }
        try:
            async with (
                asyncio.timeout(self._seconds),
                self._client.stream(
                    "POST", receiver.url, content=message.body, headers=headers
                ) as answer,
            ):
                status = answer.status_code
        except TimeoutError:
            return "timeout"
        except Exception as error:  # whatever it is, this one was not taken
            # Its text may name the address, which may be a secret.
            return type(error).__name__
        return "" if 200 <= status < 300 else str(status)

    def _landed(self, name: str, _: asyncio.Task[None]) -> None:
        del self._flying[name]
        self._wake.set()


def _flight(message: Message) -> str:
    return f"{message.receiver} {message.id}"
