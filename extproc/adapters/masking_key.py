"""The secret of pseudonyms: one that is configured, or our own, made at the first start."""

from __future__ import annotations

import os
from pathlib import Path

from extproc.adapters.key_file import is_open_to_others, read_or_make
from extproc.core.decision import Unavailable

LEAST = 16
"""Bytes. A shorter secret could be guessed, and then the values behind pseudonyms too."""

_PLACE = "$.masking.key"


def masking_key(reference: str | None, data_dir: Path) -> bytes:
    """`reference` is `file:PATH` or `env:NAME`. Without one the key is `DIR/keys/masking.key`.

    Raises Unavailable("masker") when there is no such key, or a bad one.
    """
    if reference is not None:
        if wrong := key_mistakes(reference):
            raise Unavailable("masker", "; ".join(wrong))
        return _configured(reference)
    path = data_dir / "keys" / "masking.key"
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        key = read_or_make(path, lambda: os.urandom(32).hex().encode("ascii"))
        if is_open_to_others(path):
            raise Unavailable("masker", f"{path} may be read by others; chmod 600")
    except OSError as error:
        raise Unavailable("masker", f"{path}: {error.strerror}") from None
    if len(key) < LEAST:
        raise Unavailable("masker", f"{path} is not a key")
    return key


def key_mistakes(reference: str | None) -> list[str]:
    """What is wrong with a configured key, without a word of it."""
    if reference is None:
        return []
    try:
        key = _configured(reference)
    except OSError as error:
        return [f"{_PLACE}: {error.filename}: {error.strerror}"]
    except KeyError as error:
        return [f"{_PLACE}: the environment has no {error.args[0]}"]
    return [f"{_PLACE}: shorter than {LEAST} bytes"] if len(key) < LEAST else []


def _configured(reference: str) -> bytes:
    """Raises OSError and KeyError."""
    kind, _, place = reference.partition(":")
    data = Path(place).read_bytes() if kind == "file" else os.fsencode(os.environ[place])
    return data.strip()
