"""The cache in a directory: our own files, whole, or none."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from extproc.adapters.file_cache import KEPT, FileCache

KEY = "a1b2"
DATA = bytes(range(256)) * 40


@pytest.fixture
def cache(tmp_path: Path) -> FileCache:
    return FileCache(tmp_path / "cache")


@pytest.fixture
def file(cache: FileCache, tmp_path: Path) -> Path:
    cache.save(KEY, DATA)
    return tmp_path / "cache" / KEY


def test_what_was_saved_is_there_for_its_owner_only(cache: FileCache, file: Path) -> None:
    assert cache.load(KEY) == DATA
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700
    assert list(file.parent.iterdir()) == [file]


def test_what_was_never_saved_is_not_there(cache: FileCache) -> None:
    assert cache.load(KEY) is None


@pytest.mark.parametrize("size", [0, 5, 32, 33, 4000])
def test_half_a_file_is_not_used(cache: FileCache, file: Path, size: int) -> None:
    os.truncate(file, size)
    assert cache.load(KEY) is None


@pytest.mark.parametrize("at", [0, 31, 32, 5000, -1])
def test_a_changed_byte_is_noticed(cache: FileCache, file: Path, at: int) -> None:
    content = bytearray(file.read_bytes())
    content[at] ^= 1
    file.write_bytes(content)
    assert cache.load(KEY) is None


def test_a_file_under_another_key_is_not_used(cache: FileCache, file: Path) -> None:
    file.rename(file.with_name("c3d4"))
    assert cache.load("c3d4") is None


@pytest.mark.parametrize("mode", [0o620, 0o602, 0o666])
def test_a_file_that_others_may_write_is_not_used(cache: FileCache, file: Path, mode: int) -> None:
    file.chmod(mode)
    assert cache.load(KEY) is None


def test_a_file_of_somebody_else_is_not_used(
    cache: FileCache, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: file.stat().st_uid + 1)
    assert cache.load(KEY) is None


def test_what_is_no_file_is_not_used_and_not_waited_for(cache: FileCache, file: Path) -> None:
    other = file.rename(file.with_name("other"))
    file.symlink_to(other)
    assert cache.load(KEY) is None
    file.unlink()
    os.mkfifo(file)
    assert cache.load(KEY) is None
    file.unlink()
    file.mkdir()
    assert cache.load(KEY) is None
    cache.save(KEY, DATA)
    assert sorted(file.parent.iterdir()) == sorted([file, other])


def test_a_broken_file_is_written_again(cache: FileCache, file: Path) -> None:
    file.write_bytes(b"broken")
    file.chmod(0o666)
    cache.save(KEY, DATA)
    assert cache.load(KEY) == DATA


def test_a_directory_that_cannot_be_written_stops_nothing(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("not a directory")
    cache = FileCache(tmp_path / "cache")
    cache.save(KEY, DATA)
    assert cache.load(KEY) is None


def test_only_the_newest_are_kept(cache: FileCache, file: Path) -> None:
    (file.parent / ".left.1.ab").write_bytes(b"of a process that was ended")
    for path in file.parent.iterdir():
        os.utime(path, (1, 1))
    for number in range(KEPT + 3):
        cache.save(f"key{number}", DATA)
        os.utime(file.parent / f"key{number}", (100 + number, 100 + number))
    assert {path.name for path in file.parent.iterdir()} == {
        f"key{number}" for number in range(3, KEPT + 3)
    }
