"""The secret of pseudonyms."""

from __future__ import annotations

import multiprocessing
from pathlib import Path

import pytest

from extproc.adapters.masking_key import key_mistakes, masking_key
from extproc.core.decision import Unavailable


def test_it_is_made_once_and_for_its_owner_only(tmp_path: Path) -> None:
    key = masking_key(None, tmp_path)
    assert len(key) >= 32
    assert masking_key(None, tmp_path) == key
    path = tmp_path / "keys" / "masking.key"
    assert path.stat().st_mode & 0o777 == 0o600
    assert [each.name for each in path.parent.iterdir()] == ["masking.key"]


def test_processes_that_race_get_the_same(tmp_path: Path) -> None:
    with multiprocessing.get_context("spawn").Pool(4) as pool:
        keys = pool.starmap(masking_key, [(None, tmp_path)] * 8)
    assert len(set(keys)) == 1


def test_two_installations_have_two_keys(tmp_path: Path) -> None:
    assert masking_key(None, tmp_path / "a") != masking_key(None, tmp_path / "b")


def test_a_file_that_others_may_read_is_refused(tmp_path: Path) -> None:
    masking_key(None, tmp_path)
    (tmp_path / "keys" / "masking.key").chmod(0o640)
    with pytest.raises(Unavailable, match="may be read by others"):
        masking_key(None, tmp_path)


def test_an_empty_file_is_no_key(tmp_path: Path) -> None:
    masking_key(None, tmp_path)
    (tmp_path / "keys" / "masking.key").write_bytes(b"")
    with pytest.raises(Unavailable, match="is not a key"):
        masking_key(None, tmp_path)


def test_one_that_is_configured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "key"
    file.write_text("0123456789abcdef\n")
    monkeypatch.setenv("MASKING_KEY", "fedcba9876543210")
    assert masking_key(f"file:{file}", tmp_path) == b"0123456789abcdef"
    assert masking_key("env:MASKING_KEY", tmp_path) == b"fedcba9876543210"
    assert not (tmp_path / "keys").exists()


def test_what_is_wrong_with_one_is_said_without_a_word_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHORT", "hunter2")
    assert key_mistakes(None) == []
    assert key_mistakes("env:SHORT") == ["$.masking.key: shorter than 16 bytes"]
    assert key_mistakes("env:NOBODY") == ["$.masking.key: the environment has no NOBODY"]
    (missing,) = key_mistakes(f"file:{tmp_path}/none")
    assert missing == f"$.masking.key: {tmp_path}/none: No such file or directory"
    with pytest.raises(Unavailable, match="shorter than 16 bytes"):
        masking_key("env:SHORT", tmp_path)
