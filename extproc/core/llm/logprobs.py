"""Log probabilities repeat a text token by token, as strings and as bytes.

They are kept only where they are proven to say no more than the text beside them, as it goes
out: the tokens, joined, are that text, and the bytes of each token are its bytes. Everything
else goes: when the text was masked, when a token holds half a character, when a key is not
known. `null` is what a model without them answers.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

_ENTRY_KEYS = frozenset({"token", "bytes", "logprob", "top_logprobs"})


def settle(choice: dict[str, Any], mask_text: Callable[[str], str]) -> bool:
    """Put null for `logprobs` of a choice that may not keep them; True when it did so.

    Call it when the texts of `message` or `delta` are final.
    """
    logprobs = choice["logprobs"]
    text = choice.get("message") or choice.get("delta")
    if logprobs is None or _is_proven(logprobs, text, mask_text):
        return False
    choice["logprobs"] = None
    return True


def _is_proven(logprobs: Any, text: Any, mask_text: Callable[[str], str]) -> bool:
    if type(logprobs) is not dict or type(text) is not dict:
        return False
    for field, entries in logprobs.items():
        if field not in ("content", "refusal"):
            return False
        if entries is None:
            continue
        if type(entries) is not list:
            return False
        tokens = []
        for entry in entries:
            if not _is_plain(entry):
                return False
            tokens.append(entry["token"])
            for other in entry.get("top_logprobs") or ():
                # Not part of the text, so each is looked at by itself.
                if not _is_plain(other) or other.get("top_logprobs"):
                    return False
                if mask_text(other["token"]) != other["token"]:
                    return False
        if "".join(tokens) != (text.get(field) or ""):
            return False
    return True


def _is_plain(entry: Any) -> bool:
    if type(entry) is not dict or not entry.keys() <= _ENTRY_KEYS:
        return False
    token = entry.get("token")
    others = entry.get("top_logprobs")
    if type(token) is not str or type(entry.get("logprob")) in (str, dict, list):
        return False
    if others is not None and type(others) is not list:
        return False
    data = entry.get("bytes")
    return data is None or data == list(token.encode("utf-8"))
