"""Changes of a request that an approver made a condition: another model, a shorter answer."""

from __future__ import annotations

from typing import Any

_LENGTHS: dict[tuple[str, str], tuple[str, ...]] = {
    ("openai", "chat"): ("max_completion_tokens", "max_tokens"),
    ("openai", "completions"): ("max_tokens",),
    ("openai", "responses"): ("max_output_tokens",),
    ("anthropic", "messages"): ("max_tokens",),
}
"""By dialect and operation: where the answer's length may stand. The last one is written when there
is none yet."""


def can_narrow(api: str, operation: str) -> bool:
    return (api, operation) in _LENGTHS


def narrowed(
    api: str,
    operation: str,
    document: dict[str, Any],
    model: str | None,
    max_tokens: int | None,
) -> dict[str, Any]:
    """A copy of a request's document for another model, with at most so many tokens.

    Raises ValueError where the dialect has no such places.
    """
    names = _LENGTHS.get((api, operation))
    if names is None:
        raise ValueError("this operation cannot be narrowed")
    changed = dict(document)
    if model is not None:
        changed["model"] = model
    if max_tokens is not None:
        present = [name for name in names if changed.get(name) is not None] or [names[-1]]
        for name in present:
            changed[name] = min(int(changed.get(name) or max_tokens), max_tokens)
    return changed
