"""Addresses of wallets, by their check sums.

- Base58Check (a double SHA-256 over one or two version bytes and twenty more): Bitcoin,
  Litecoin, Dogecoin, Dash, Zcash, Tron, and Ripple with its own order of the digits.
- Bech32 and Bech32m (BIP 173, BIP 350): Bitcoin, Litecoin, Cardano, Cosmos and its kin.
- Ethereum and its kin: 0x and exactly forty hexadecimal digits, at least eight of them
  different, and more than half the first fourteen no zero. A hash or a key has another length,
  and a commit no 0x. Its own check sum needs Keccak and is not asked for.
- Monero: 95 or 106 characters of base 58 that begin with a 4 or an 8; form alone.
- Solana: 32 bytes in base 58, behind the word.
"""

from __future__ import annotations

import hashlib
import re

from extproc.core.masking.detectors.detector import Detector, Validate, accept
from extproc.core.masking.view import WORD

_BITCOIN = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_RIPPLE = b"rpshnaf39wBUDNEGHJKLM4PQRST7VWXYZ2bcdeCg65jkm8oFqi1tuvAxyz"
_B58 = "[1-9A-HJ-NP-Za-km-z]"

_VERSIONS = frozenset(
    {
        b"\x00", b"\x05",  # Bitcoin
        b"\x30", b"\x32",  # Litecoin
        b"\x1e",  # Dogecoin
        b"\x4c",  # Dash
        b"\x41",  # Tron
        b"\x1c\xb8", b"\x1c\xbd",  # Zcash
    }
)  # fmt: skip


def _base58(text: bytes, order: bytes) -> bytes:
    number = 0
    for byte in text:
        number = number * 58 + order.index(byte)
    zeros = len(text) - len(text.lstrip(order[:1]))
    return bytes(zeros) + number.to_bytes((number.bit_length() + 7) // 8, "big")


def _has_sum(raw: bytes) -> bool:
    return hashlib.sha256(hashlib.sha256(raw[:-4]).digest()).digest()[:4] == raw[-4:]


def _checked(view: bytes, start: int, end: int) -> int:
    text = view[start:end]
    if len(text) > 35:
        return 0
    if text[:1] == b"r":
        raw = _base58(text, _RIPPLE)
        return end if len(raw) == 25 and raw[0] == 0 and _has_sum(raw) else 0
    raw = _base58(text, _BITCOIN)
    return end if len(raw) in (25, 26) and raw[:-24] in _VERSIONS and _has_sum(raw) else 0


_BECH32 = {byte: value for value, byte in enumerate(b"qpzry9x8gf2tvdw0s3jn54khce6mua7l")}
_GENERATORS = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_CONSTANTS = (1, 0x2BC830A3)


def _bech32(view: bytes, start: int, end: int) -> int:
    text = view[start:end]
    if text not in (text.lower(), text.upper()):
        return 0
    prefix, _, rest = text.lower().rpartition(b"1")
    values = [byte >> 5 for byte in prefix] + [0] + [byte & 31 for byte in prefix]
    values += [_BECH32[byte] for byte in rest]
    check = 1
    for value in values:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for place, generator in enumerate(_GENERATORS):
            if top >> place & 1:
                check ^= generator
    return end if check in _CONSTANTS else 0


def _ethereum(view: bytes, start: int, end: int) -> int:
    digits = view[start + 2 : end].lower()
    return end if len(set(digits)) >= 8 and digits[:14].count(b"0") < 8 else 0


def _solana(view: bytes, start: int, end: int) -> int:
    return end if len(_base58(view[start:end], _BITCOIN)) == 32 else 0


_START = rb"(?<![" + WORD + rb"])"
_END = rb"(?![" + WORD + rb"])"
_DATA = "[qpzry9x8gf2tvdw0s3jn54khce6mua7l]"
_TOKEN = f"{_B58}{{26,44}}"
_FIRST = f"(?:[LMr]{_B58}|D[5-9A-U]|T[1-9A-Z]|X[a-z]|t[13])"
_PREFIXES = "bc|tb|ltc|addr|stake|cosmos|osmo|celestia|inj|juno|terra|kava|akash|secret|bnb|zs"


def _detector(anchor: str, pattern: str, validate: Validate = accept) -> Detector:
    return Detector(
        "CRYPTO",
        anchor,
        re.compile(_START + pattern.encode() + _END),
        validate,
    )


DETECTORS = (
    _detector(rf"\b[13]{_B58}{{25}}", f"[13]{_B58}{{25,34}}", _checked),
    _detector(rf"\b{_FIRST}{_B58}{{24}}", f"{_FIRST}{_B58}{{24,33}}", _checked),
    _detector(
        f"(?i)\\b(?:{_PREFIXES})1{_DATA}{{20}}",
        f"(?i:(?:{_PREFIXES})1{_DATA}{{30,110}})",
        _bech32,
    ),
    _detector("0x[0-9a-fA-F]{40}", "0x[0-9a-fA-F]{40}", _ethereum),
    _detector(
        rf"\b[48][0-9AB]{_B58}{{40}}",
        f"[48][0-9AB]{_B58}{{93}}(?:{_B58}{{11}})?",
    ),
    Detector(
        "CRYPTO",
        "(?i)solana[^A-Z0-9]",
        re.compile(
            rb"(?i)solana(?: (?:wallet|address|account|public key|key|is|at|to)){0,4}"
            + rb"[ _:=\"'`(]{1,4}"
            + f"(?-i:({_TOKEN}))".encode()
            + _END
        ),
        _solana,
    ),
)
