"""E-mail addresses: what is found, what is left, and what comes near."""

from __future__ import annotations

from tests.core.masking.detectors.cases import Case, check, each

CASES: list[Case] = [
    ("a plain address", "mail jo.doe@example.com now", "mail [EMAIL] now"),
    ("at the end of a sentence", "Ask jo@example.com.", "Ask [EMAIL]."),
    ("a tag and an apostrophe", "o'brien+news@mail.example.co.uk", "[EMAIL]"),
    ("in quotes and brackets", "<'jo@example.com'>", "<'[EMAIL]'>"),
    ("an encoded at sign", "?to=jo%40example.com&x=1", "?to=[EMAIL]&x=1"),
    ("a full-width spelling", "ｊｏ＠ｅｘａｍｐｌｅ．ｃｏｍ", "[EMAIL]"),
    ("zero-width characters inside", "jo\u200b@exam\u2060ple.com ok", "[EMAIL] ok"),
    ("an accented domain", "jo@exämple.fr", "[EMAIL]"),
    ("between words that are written together", "请写信jo@example.com谢谢", "请写信[EMAIL]谢谢"),
    ("two that touch a comma", "a@example.com,b@example.com", "[EMAIL],[EMAIL]"),
    ("a local part of 70 masks its last 64", "x" * 70 + "@example.com", "x" * 6 + "[EMAIL]"),
    ("a handle", "thanks @jo and @example.", None),
    ("no top-level domain", "root@localhost", None),
    ("a matrix product", "a@b.T", None),
    ("the login of a Git server", "git@github.com:org/repo.git", None),
    ("a picture of two sizes", "icon@2x.png", None),
    ("a decorator", "@app.route('/x')", None),
    ("a version", "left-pad@1.3.0", None),
    ("at and dot in brackets", "jo [at] example [dot] com, jo(at)example.com", "[EMAIL], [EMAIL]"),
    ("at and dot", "jo at mail dot example dot com now", "[EMAIL] now"),
    ("in capitals", "jo AT example DOT com!", "[EMAIL]!"),
    ("signs between spaces", "jo @ example . com", "[EMAIL]"),
    ("a torn end", "j.o@example .com", "[EMAIL]"),
    ("entities", "jo&#64;example&#46;com jo%40example%2Ecom", "[EMAIL] [EMAIL]"),
    ("a sentence", "look at the dot com bubble, meet me @ noon. Come", None),
    ("a login", "https://user:password@example.com", None),
    ("dot in brackets before any domain", "jo[at]proton[dot]me, ok", "[EMAIL], ok"),
    ("at in brackets, no domain", "see [at] noon.me or (at) the dot", None),
]


@each(CASES)
def test_masks_the_value_and_only_it(text: str, masked: str) -> None:
    check(text, masked)
