"""Check digits, by their published rules, for values that pass as real ones."""

from __future__ import annotations

import hashlib

BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"

_D = (
    "0123456789", "1234067895", "2340178956", "3401289567", "4012395678",
    "5987604321", "6598710432", "7659821043", "8765932104", "9876543210",
)  # fmt: skip
_P = (
    "0123456789", "1576283094", "5803796142", "8916043527",
    "9453126870", "4286573901", "2793806415", "7046913258",
)  # fmt: skip


def luhn(digits: str) -> str:
    """The digit that makes `digits` and it pass."""
    total = 0
    for index, digit in enumerate(reversed(digits)):
        double = int(digit) * (2 - index % 2)
        total += double - 9 * (double > 9)
    return str(-total % 10)


def verhoeff(digits: str) -> str:
    """The digit that makes `digits` and it pass; Aadhaar numbers."""
    state = 0
    for index, digit in enumerate(reversed(digits), 1):
        state = int(_D[state][int(_P[index % 8][int(digit)])])
    return next(str(each) for each in range(10) if _D[state][int(_P[0][each])] == "0")


def mod_97(country: str, rest: str) -> str:
    """The two check digits of an IBAN (ISO 13616)."""
    number = "".join(str(int(each, 36)) for each in f"{rest}{country}00")
    return f"{98 - int(number) % 97:02}"


def mod_11_10(digits: str) -> str:
    """ISO 7064, MOD 11,10; German tax numbers."""
    product = 10
    for digit in digits:
        total = (int(digit) + product) % 10 or 10
        product = total * 2 % 11
    return str((11 - product) % 10)


def weighted(digits: str, weights: tuple[int, ...]) -> int:
    return sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=True))


def seven_three_one(text: str) -> str:
    """ICAO 9303, machine readable travel documents."""
    values = (int(each, 36) for each in text)
    return str(sum(value * (7, 3, 1)[index % 3] for index, value in enumerate(values)) % 10)


def cpf(digits: str) -> str:
    """The two check digits of nine (CPF, Brazil)."""
    for _ in range(2):
        weights = range(len(digits) + 1, 1, -1)
        total = sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=True))
        digits += str(0 if total % 11 < 2 else 11 - total % 11)
    return digits[-2:]


def cnpj(digits: str) -> str:
    """The two check digits of twelve (CNPJ, Brazil)."""
    for _ in range(2):
        weights = [2 + index % 8 for index in range(len(digits))][::-1]
        total = sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=True))
        digits += str(0 if total % 11 < 2 else 11 - total % 11)
    return digits[-2:]


_ODD = (
    1,
    0,
    5,
    7,
    9,
    13,
    15,
    17,
    19,
    21,
    2,
    4,
    18,
    20,
    11,
    3,
    6,
    8,
    12,
    14,
    16,
    10,
    22,
    25,
    24,
    23,
)


def codice_fiscale(text: str) -> str:
    """The last letter of an Italian tax code of 15 characters."""
    total = 0
    for index, each in enumerate(text):
        value = int(each) if each.isdigit() else ord(each) - ord("A")
        total += value if index % 2 else _ODD[value]
    return chr(ord("A") + total % 26)


def base58_check(payload: bytes) -> str:
    data = payload + hashlib.sha256(hashlib.sha256(payload).digest()).digest()[:4]
    return "1" * (len(data) - len(data.lstrip(b"\0"))) + base58(data)


def base58(data: bytes) -> str:
    number, text = int.from_bytes(data, "big"), ""
    while number:
        number, rest = divmod(number, 58)
        text = BASE58[rest] + text
    return text


def bech32(prefix: str, words: list[int], constant: int) -> str:
    """BIP 173 (`constant` 1) and BIP 350 (0x2bc830a3). `words` have five bits each."""
    expanded = [ord(each) >> 5 for each in prefix] + [0] + [ord(each) & 31 for each in prefix]
    check = 1
    for value in expanded + words + [0] * 6:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for bit, generator in enumerate(
            (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
        ):
            check ^= generator if top >> bit & 1 else 0
    check ^= constant
    tail = [check >> 5 * (5 - index) & 31 for index in range(6)]
    return f"{prefix}1" + "".join(BECH32[each] for each in words + tail)
