"""What is compiled is kept for the next start, and is never anything else than that."""

from __future__ import annotations

import hyperscan
import pytest

from extproc.core.masking import database
from extproc.core.masking.detectors import of_profile
from extproc.core.masking.engine import Engine, Scanner
from extproc.core.masking.masker import Masker

TEXT = b"mail jo@example.com, key AKIA" + b"IOSFODNN7EXAMPLE, badge zorro"


class Kept(dict[str, bytes]):
    """A cache in memory."""

    def load(self, key: str) -> bytes | None:
        return self.get(key)

    def save(self, key: str, data: bytes) -> None:
        self[key] = data

    def __hash__(self) -> int:  # type: ignore[override]
        return id(self)


def build(cache: Kept, profile: str = "secrets", terms: tuple[str, ...] = ()) -> Scanner:
    return Scanner(Engine(of_profile(profile), terms, cache=cache))


@pytest.fixture
def cache() -> Kept:
    return Kept()


def test_the_second_start_compiles_nothing_and_finds_the_same(
    cache: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = build(cache)
    monkeypatch.setattr(database, "_key", lambda _: next(iter(cache)))
    monkeypatch.setattr(database, "_compiled", None)
    second = build(cache)
    assert second.anchors(TEXT) == first.anchors(TEXT) != []


@pytest.mark.parametrize("data", [b"", b"broken", "half", "changed"])
def test_what_does_not_load_is_compiled_and_saved_again(cache: Kept, data: bytes | str) -> None:
    first = build(cache)
    ((key, good),) = cache.items()
    if isinstance(data, str):
        middle = len(good) // 2
        rest = b"" if data == "half" else bytes([good[middle] ^ 1]) + good[middle + 1 :]
        data = good[:middle] + rest
    cache[key] = data
    assert build(cache).anchors(TEXT) == first.anchors(TEXT)
    assert cache.keys() == {key}
    hyperscan.loadb(cache[key], hyperscan.HS_MODE_BLOCK)


def test_another_profile_and_other_terms_have_their_own(cache: Kept) -> None:
    build(cache)
    with_term = build(cache, terms=("zorro",))
    build(cache, terms=("zorra",))
    build(cache, "structured")
    assert len(cache) == 4
    assert build(cache, terms=("zorro",)).anchors(TEXT) == with_term.anchors(TEXT)
    assert len(cache) == 4


def test_a_masker_keeps_both_of_its_engines(cache: Kept) -> None:
    exchange = Masker("structured", key=b"k" * 32, cache=cache).for_exchange("a", restores=True)
    assert len(cache) == 1
    assert exchange.mask("jo@example.com")[0].startswith("[EMAIL_")
    assert exchange.restoring() is not None
    assert len(cache) == 2
