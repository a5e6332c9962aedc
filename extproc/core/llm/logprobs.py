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
_LISTED_KEYS = frozenset({"tokens", "token_logprobs", "top_logprobs", "text_offset"})

MaskText = Callable[[str], str]


def settle(holder: dict[str, Any], mask_text: MaskText) -> bool:
    """Empty the `logprobs` of an object that may not keep them; True when it did so.

    Call it when the texts of the object are final.
    """
    logprobs = holder["logprobs"]
    if logprobs is None or logprobs == [] or _is_proven(logprobs, holder, mask_text):
        return False
    holder["logprobs"] = [] if type(logprobs) is list else None
    return True


def _is_proven(logprobs: Any, holder: dict[str, Any], mask_text: MaskText) -> bool:
    message = holder.get("message") or holder.get("delta")
    if type(logprobs) is list:
        # Responses has them beside a text or a piece of one, Ollama beside its answer.
        if type(message) is dict:
            return _says(logprobs, message.get("content"), mask_text)
        texts = [holder.get(key) for key in ("text", "delta", "response")]
        return any(type(text) is str and _says(logprobs, text, mask_text) for text in texts)
    if type(logprobs) is not dict:
        return False
    if "tokens" in logprobs:
        return _lists(logprobs, holder.get("text"), mask_text)
    if type(message) is not dict:
        return False
    return all(
        field in ("content", "refusal")
        and (entries is None or _says(entries, message.get(field), mask_text))
        for field, entries in logprobs.items()
    )


def _says(entries: Any, text: Any, mask_text: MaskText) -> bool:
    """Whether the tokens are this text and nothing else."""
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
    return "".join(tokens) == (text or "")


def _lists(logprobs: dict[str, Any], text: Any, mask_text: MaskText) -> bool:
    """The form of the legacy completions: a list for each property."""
    tokens = logprobs["tokens"]
    if not logprobs.keys() <= _LISTED_KEYS or type(tokens) is not list:
        return False
    if not all(type(token) is str for token in tokens) or "".join(tokens) != text:
        return False
    for key in ("token_logprobs", "text_offset"):
        if any(type(value) in (str, dict, list) for value in logprobs.get(key) or ()):
            return False
    for others in logprobs.get("top_logprobs") or ():
        for token in others or ():
            if mask_text(token) != token:
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
