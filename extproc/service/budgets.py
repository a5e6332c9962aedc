"""Budgets: what an agent and a subject may spend in a window of time.

Windows are fixed and lie on multiples of their length since 1970 (UTC), so that every process
agrees on them without a word, and the count of one is exact. The price: around a border, two
budgets can be spent within one window's length.

A call is charged before it goes upstream: one request, and its prompt's tokens as estimated. At
its end the estimate gives way to what it really took, in the window in which it ends. So a
process that dies in between has counted the prompt. What is charged stays charged, also when the
record of the call then fails: a budget may count a call too many, never one too few.
"""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Callable, Sequence
from typing import Protocol

import msgspec

from extproc.config import Budget as Limits
from extproc.config import Config, seconds
from extproc.core.decision import RETRY_AFTER_MAX, Code, Refusal, Refused
from extproc.core.identity import Identity
from extproc.core.ports import Clock
from extproc.core.record import AnswerRecord, Outcome

_SECOND = 1_000_000


class Account(msgspec.Struct, frozen=True):
    """Whose spending is counted, and how much it may be."""

    scope: str
    """agent or subject; also the metric's label."""
    name: str
    limits: Limits


class Spent(msgspec.Struct, frozen=True):
    """What one account has spent in one window."""

    requests: int
    tokens: int


class Exhausted(msgspec.Struct, frozen=True):
    """A budget that does not allow one more call."""

    account: Account
    what: str
    """requests or tokens."""

    @property
    def limit(self) -> int:
        return int(getattr(self.account.limits, self.what))


class Busy(Exception):
    """Another process is counting in this very moment."""


class Spending(Protocol):
    """Counts, exactly, for all processes. `start` is the window's, in microseconds since 1970.

    With `waits`, for some seconds at most, to be called in a thread; without it, in
    microseconds, or Busy is raised and nothing was counted. Both raise Unavailable("store").
    """

    def charge(
        self, accounts: Sequence[Account], start: int, tokens: int, *, waits: bool
    ) -> list[Spent] | Exhausted:
        """Count one request and its tokens in every account, or in none of them when one is
        exhausted; see `exhausted`. Returns what each had spent before."""
        ...

    def add(self, accounts: Sequence[Account], start: int, tokens: int, *, waits: bool) -> None:
        """Count tokens, or take some back, whatever the limits are."""
        ...

    def sweep(self, before: int) -> None:
        """Forget the windows that started before, and keep the file small."""
        ...


def exhausted(account: Account, before: Spent) -> Exhausted | None:
    """Whether what was spent leaves no room for one more call.

    A call that begins within its budget of tokens may end beyond it: only its end shows what it
    takes.
    """
    limits = account.limits
    if limits.requests is not None and before.requests >= limits.requests:
        return Exhausted(account, "requests")
    if limits.tokens is not None and before.tokens >= limits.tokens:
        return Exhausted(account, "tokens")
    return None


class Charge(msgspec.Struct, frozen=True):
    """One call that was let through."""

    accounts: tuple[Account, ...]
    start: int
    """Of the window that it began in."""
    tokens: int
    """The estimate that was counted."""
    left: int | None
    """Tokens that this call may take when no other takes any; None: no limit."""


class Terms(msgspec.Struct, frozen=True):
    """The budgets of the configuration. `window`: microseconds."""

    window: int
    words: str
    """The window as it is written in the configuration."""
    agent: Limits = Limits()
    subject: Limits = Limits()

    @classmethod
    def of(cls, config: Config) -> Terms | None:
        """None where nothing is limited."""
        chosen = config.budgets
        if chosen.agent == chosen.subject == Limits():
            return None
        return cls(
            round(seconds(chosen.window) * _SECOND), chosen.window, chosen.agent, chosen.subject
        )


class Budgets:
    """For one event loop. Waits for the disk only when another process is at it."""

    def __init__(
        self, spending: Spending, terms: Terms, clock: Clock, denied: Callable[[str], None]
    ) -> None:
        """`denied` counts a refusal by its scope."""
        self._spending = spending
        self._terms = terms
        self._clock = clock
        self._denied = denied

    async def charge(self, caller: Identity, tokens: int) -> Charge:
        """One more call. `tokens`: of its prompt, estimated.

        Raises Refused(BUDGET_EXHAUSTED) or Unavailable("store").
        """
        accounts = tuple(
            Account(scope, name, limits)
            for scope, name, limits in (
                ("agent", caller.agent_id, self._terms.agent),
                ("subject", caller.subject, self._terms.subject),
            )
            if limits != Limits()
        )
        now = self._clock.now()
        start = self._start(now)
        try:
            answer = self._spending.charge(accounts, start, tokens, waits=False)
        except Busy:
            answer = await asyncio.to_thread(
                self._spending.charge, accounts, start, tokens, waits=True
            )
        if isinstance(answer, Exhausted):
            self._denied(answer.account.scope)
            raise self._refused(answer, start + self._terms.window - now)
        left = [
            account.limits.tokens - before.tokens
            for account, before in zip(accounts, answer, strict=True)
            if account.limits.tokens is not None
        ]
        return Charge(accounts, start, tokens, min(left, default=None))

    def settle(self, charge: Charge, tokens: int) -> Callable[[], None] | None:
        """The call is over and took so many tokens in all. Raises Unavailable("store").

        Returns what is still to be done in a thread, when another process is counting.
        """
        start = self._start(self._clock.now())
        rest = tokens - charge.tokens
        # What an earlier window counted too much is not given to a later one.
        if not rest or (rest < 0 and start != charge.start):
            return None
        add = functools.partial(self._spending.add, charge.accounts, start, rest)
        try:
            add(waits=False)
        except Busy:
            return functools.partial(add, waits=True)
        return None

    def sweep(self) -> None:
        """To be called about once a second, in a thread. Raises Unavailable("store")."""
        self._spending.sweep(self._start(self._clock.now()))

    def _start(self, now: int) -> int:
        return now // self._terms.window * self._terms.window

    def _refused(self, spent: Exhausted, wait: int) -> Refused:
        return Refused(
            Code.BUDGET_EXHAUSTED,
            f"this {spent.account.scope}'s budget of {spent.limit} {spent.what} "
            f"in {self._terms.words} is spent",
            retry_after=min(max(-(-wait // _SECOND), 1), RETRY_AFTER_MAX),
        )


OVERRUN = Refusal(
    Code.BUDGET_EXHAUSTED, "this call has spent what was left of the budget of tokens"
)
"""How a stream is ended that by itself takes more than there was."""


def tokens_of(answer: AnswerRecord, estimate: tuple[int, int]) -> int:
    """What a call that went upstream took: what its upstream says when the answer is whole.

    Of an answer that was cut the counts came not at all or too early (Anthropic begins with a
    first count of the output), so each side is what was said or what was estimated, whichever is
    more. `estimate`: of prompt and answer; a call without a prompt takes what is reported.
    """
    reported = answer.input_tokens + answer.output_tokens
    prompt, received = estimate
    if not prompt:
        return reported
    if answer.outcome is not Outcome.COMPLETED:
        return max(answer.input_tokens, prompt) + max(answer.output_tokens, received)
    if reported or answer.status >= 400:
        return reported
    return prompt + received
