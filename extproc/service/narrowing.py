"""What may be asked for at the start of an agent: words that are fit to be shown, and never more
than whoever asks has.
"""

from __future__ import annotations

from collections.abc import Sequence
from fnmatch import fnmatchcase

from extproc.core.decision import Code, Refused

MAX_WORD = 256
"""Characters of a name."""
CONTROL = "control"
"""The scope that an agent needs to be used at the control port."""


def narrowed_groups(asked: Sequence[str], held: Sequence[str]) -> Sequence[str]:
    """The groups of a child: its parent's when it asks for none, never another one.

    Raises Refused(INVALID_REQUEST), as the others here do.
    """
    for one in asked:
        if one not in held:
            raise _wider("group", one)
    return asked or held


def narrowed_models(asked: Sequence[str], held: Sequence[str]) -> Sequence[str]:
    """The models (globs) of a child, or of an agent of an identity that is limited to some; none
    held is no limit.
    """
    if not held:
        return asked
    for one in asked:
        # A glob is covered by the same glob only: whether one glob contains another is not
        # decided here, and a wrong yes would widen.
        is_literal = not set(one) & set("*?[")
        if one not in held and not (is_literal and any(fnmatchcase(one, glob) for glob in held)):
            raise _wider("model", one)
    return asked or held


def narrowed_scope(asked: str, held: str) -> str:
    """A child's scope: its parent's when it asks for none, never a word more: what a parent was
    not given, such as the right to administer, it cannot give either.
    """
    for one in asked.split():
        if one not in held.split():
            raise _wider("scope", one)
    return asked or held


def check_words(
    subject: str, groups: Sequence[str], name: str, models: Sequence[str], scope: Sequence[str] = ()
) -> None:
    """Raises Refused(INVALID_REQUEST) for what could not be shown in one line."""
    if not subject:
        raise Refused(Code.INVALID_REQUEST, "a subject is needed")
    for kind, words in (
        ("subject", [subject]),
        ("agent name", [name] if name else []),
        ("group", groups),
        ("model", models),
        ("word of a scope", scope),
    ):
        for word in words:
            if not word or len(word) > MAX_WORD or not word.isprintable():
                raise Refused(
                    Code.INVALID_REQUEST, f"a {kind} is 1 to {MAX_WORD} printable characters"
                )


def _wider(kind: str, word: str) -> Refused:
    return Refused(
        Code.INVALID_REQUEST, f"{kind} {word[:MAX_WORD]!a} is more than whoever asks has"
    )
