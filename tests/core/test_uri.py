"""URIs that are the same though they do not look it, and those that are none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from extproc.core.uri import normal_uri


@pytest.mark.parametrize(
    ("uri", "normal"),
    [
        ("http://a", "http://a/"),
        ("http://a?b=c", "http://a/"),
        ("HTTP://A.example:80/B?c#d", "http://a.example/B"),
        ("https://a:443/", "https://a/"),
        ("http://a:443/", "http://a:443/"),
        ("http://a:/", "http://a/"),
        ("http://[::1]:8080/x", "http://[::1]:8080/x"),
        ("http://[::1]/x", "http://[::1]/x"),
        ("http://a/%7euser/%2fx", "http://a/~user/%2Fx"),
        ("http://a/b/./c/../d", "http://a/b/d"),
        ("http://a/../..", "http://a/"),
        ("http://a/b/..", "http://a/"),
        ("http://a/b/.", "http://a/b/"),
        ("http://a//b", "http://a//b"),
        ("http://a/%2e%2e/b", "http://a/b"),
    ],
)
def test_normal(uri: str, normal: str) -> None:
    assert normal_uri(uri) == normal
    assert normal_uri(normal) == normal


@pytest.mark.parametrize(
    "uri",
    ["", "a", "//a/b", "ftp://a/", "http://", "http:///x", "http://u@a/", "http://u:p@a/",
     "http://a:x/", "http://a:999999/", "http://a b/", "http://a/\n", "http://a/%zz", "http://a/%",
     "http://a\\@b/", "http://[::1", "http://ä/", "javascript:alert(1)"],
)  # fmt: skip
def test_no_uri(uri: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        normal_uri(uri)


@given(some.text(alphabet="ab/.%2Ee~?#:@[]", max_size=30))
def test_a_normal_uri_stays_as_it_is(rest: str) -> None:
    try:
        normal = normal_uri(f"http://a/{rest}")
    except ValueError:
        return
    assert normal_uri(normal) == normal
    assert normal.startswith("http://a/")
    assert "/../" not in normal
