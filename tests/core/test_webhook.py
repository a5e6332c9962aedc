"""Signatures of webhooks against a reading of our own, and what is no signature."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extproc.core.webhook import is_signed, key_of, sign
from tests.receiving import SECRET, signature

IDS = st.text("abcXYZ019_-", min_size=1, max_size=100)


@given(st.binary(min_size=16, max_size=200), IDS, st.integers(0, 10**12), st.binary())
def test_a_signature_is_what_another_reading_makes_it(
    key: bytes, id: str, timestamp: int, body: bytes
) -> None:
    made = sign(key, id, timestamp, body)
    assert made == signature(id, timestamp, body, key)
    assert is_signed(f"v1,b2xk {made} v2,x", key, id, timestamp, body)


def test_the_scheme_as_it_is_published() -> None:
    """With a fixed key and message, worked out with openssl."""
    key = key_of(b"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    made = sign(key, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}')
    assert made == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@pytest.mark.parametrize(
    ("header", "id", "timestamp", "body"),
    [
        pytest.param("", "a", 1, b"b", id="none"),
        pytest.param("v1,", "a", 1, b"b", id="an empty one"),
        pytest.param(sign(SECRET, "a", 1, b"b")[3:], "a", 1, b"b", id="without its version"),
        pytest.param(sign(SECRET, "a", 1, b"b"), "b", 1, b"b", id="of another id"),
        pytest.param(sign(SECRET, "a", 1, b"b"), "a", 2, b"b", id="of another time"),
        pytest.param(sign(SECRET, "a", 1, b"b"), "a", 1, b"c", id="of another body"),
        pytest.param(sign(b"x" * 16, "a", 1, b"b"), "a", 1, b"b", id="by another key"),
        pytest.param("v1,\u00e9\udcff", "a", 1, b"b", id="no ASCII"),
        pytest.param("x " * 99 + sign(SECRET, "a", 1, b"b"), "a", 1, b"b", id="behind too many"),
    ],
)
def test_what_is_no_signature(header: str, id: str, timestamp: int, body: bytes) -> None:
    assert not is_signed(header, SECRET, id, timestamp, body)


@pytest.mark.parametrize(
    ("secret", "key"),
    [
        (b"sixteen-bytes-ab", b"sixteen-bytes-ab"),
        (b" sixteen-bytes-ab\n", b"sixteen-bytes-ab"),
        (b"whsec_" + base64.b64encode(b"\0" * 24), b"\0" * 24),
    ],
    ids=["bytes as they are", "white space of a file", "base64 behind whsec_"],
)
def test_the_key_of_a_secret(secret: bytes, key: bytes) -> None:
    assert key_of(secret) == key


@pytest.mark.parametrize(
    "secret",
    [b"", b"fifteen-bytes-a", b"whsec_" + base64.b64encode(b"short"), b"whsec_no-base64-at-all!!"],
    ids=["empty", "too short", "too short behind its base64", "no base64"],
)
def test_a_secret_that_cannot_be(secret: bytes) -> None:
    with pytest.raises(ValueError, match=r"base64|bytes") as wrong:
        key_of(secret)
    assert secret.decode() not in str(wrong.value) or not secret
