"""What stands in the place of the findings of one exchange."""

from __future__ import annotations

from extproc.core.masking.prose import Prose
from extproc.core.masking.pseudonym import Pseudonyms
from extproc.core.masking.strategy import SECRET_TYPES, Strategies, Strategy, partial

PLACEHOLDER = "PLACEHOLDER"
"""The type under which pseudonyms are looked for in an answer. No finding has it."""

_OF_VALUE = (Strategy.PARTIAL, Strategy.PSEUDONYM)


class Substitutes:
    """The strategies, and the pseudonyms that were given so far."""

    def __init__(
        self,
        strategies: Strategies,
        pseudonyms: Pseudonyms,
        *,
        is_prompt: bool = False,
        restores: bool = False,
    ) -> None:
        """With `is_prompt`, every type but secrets and what is blocked gets pseudonyms that can be
        restored. With `restores`, these are put back where they are found."""
        self._strategies = strategies
        self.pseudonyms = pseudonyms
        self.is_prompt = is_prompt
        self.restores = restores
        self._left = Prose()

    def strategy(self, kind: str) -> Strategy:
        strategy = self._strategies.get(kind, Strategy.LABEL)
        if not self.is_prompt or strategy is Strategy.BLOCK:
            return strategy
        return Strategy.LABEL if kind in SECRET_TYPES else Strategy.PSEUDONYM

    def needs_value(self, kind: str) -> bool:
        return kind == PLACEHOLDER or self.strategy(kind) in _OF_VALUE

    def text(self, kind: str, value: str) -> str:
        """For a type that `needs_value`."""
        if self.strategy(kind) is Strategy.PARTIAL:
            return partial(kind, value)
        return self.pseudonyms.of(kind, value, is_restorable=self.is_prompt)

    def begin(self) -> Prose | None:
        """The reader of a text in which pseudonyms are restored. It goes on where the text that
        ended last left off: a client may put both together."""
        return self._left.copy() if self.restores else None

    def end(self, prose: Prose) -> None:
        """A text has ended, as far as anybody knows."""
        self._left = prose.copy()
