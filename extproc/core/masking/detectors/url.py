"""URLs that give away a secret or a person.

In every profile, the secret part of a URL that carries one: a token before the host, and the
value of a parameter that is named as a key, a token or a signature. (A password before the host
is found by `connection.py`.) In `default`, the address of a person's own page: behind words such
as `my website`, and the page of a member of a social network. In `strict` every URL.
"""

from __future__ import annotations

import re

from extproc.core.masking.detectors.detector import SECRETS, STRICT, Detector, Reach, Run
from extproc.core.masking.detectors.entropy import is_random
from extproc.core.masking.view import WORD

_PLACEHOLDER = re.compile(
    rb"(?i)(?:pass(?:word|wd|phrase)?|pwd?|pswd|secret|token|your.*|my.*|example|changeme|redacted|x+|\*+|\.+|<.*"
    rb"|.*[{}$%%]\(?[A-Za-z_{].*)$"
)
_DIGIT = re.compile(rb"[0-9]")


def _password(view: bytes, start: int, end: int) -> int:
    value = view[start:end]
    return 0 if len(value) < 3 or _PLACEHOLDER.match(value) else end


def _login(view: bytes, start: int, end: int) -> int:
    """A token stands where a user's name would."""
    return end if is_random(view[start:end], 3.0) else 0


def _parameter(view: bytes, start: int, end: int) -> int:
    value = view[start:end]
    return end if _DIGIT.search(value) and not _PLACEHOLDER.match(value) else 0


_NOT_HOST = rb"\s/?#\"'`<>\\"
_KEYS = (
    "access_?token|refresh_?token|id_?token|auth_?token|session_?token|token|api_?key|apikey|key"
    "|client_?secret|secret|sig|signature|x-amz-signature|x-amz-security-token|x-amz-credential"
    "|x-goog-signature|x-goog-credential|awsaccesskeyid|auth|session_?id|sid|code|hmac|jwt"
)
_PASSWORDS = "password|passwd|passwort|pass|pwd"
_VALUE = rb"[^\s&#\"'`<>\\;,()\[\]{}\xc0-\xff]"
_VALUE_RUN = Run(re.compile(_VALUE + rb"*"))

# A URL ends with a sign that it has a use for: the full stop of a sentence is not part of it.
_INSIDE = rb"A-Za-z0-9/_%=&#~+@$*\x80-\xff-"
_URL_RUN = Run(re.compile(rb"(?:[.,:;!?()'\[\]|]{0,3}[" + _INSIDE + rb"])*"), unit=4)
_HOST = r"(?:[a-z0-9\x80-\xbf][a-z0-9\x80-\xbf-]{0,62}\.){1,4}[a-z]{2,18}"
_KIND = "(?:personal |own |new |professional |linkedin |old )?"
_OWNERS = "my|his|her|their|our|personal|own|whose"
_PAGES = (
    "web ?-?site|web ?-?page|home ?-?page|blog|portfolio|profile|site|page|channel|vlog|resume|cv"
)

_NETWORKS = (
    r"linkedin\.com/in/|facebook\.com/|instagram\.com/|twitter\.com/|x\.com/|tiktok\.com/@"
    r"|threads\.net/@|snapchat\.com/add/|t\.me/|vk\.com/|xing\.com/profile/|medium\.com/@"
    r"|youtube\.com/@|pinterest\.com/|reddit\.com/u(?:ser)?/|fb\.com/|about\.me/|keybase\.io/"
)
_NOBODY = re.compile(
    rb"(?i)(?:about|ads?|api|app|apps|account|auth|blog|business|careers|chat|compose|developers?"
    rb"|dialog|directory|docs?|download|events?|explore|feed|gaming|groups?|hashtag|help|home"
    rb"|images?|index|intent|iphone|jobs|joinchat|legal|live|login|logout|marketplace|media|messages"
    rb"|notifications|oauth|p|pages?|photos?|pin|plugins?|policies|policy|posts?|press|privacy"
    rb"|profile|public|reel|reels|rules|s|search|settings|share|sharer|signup|static|stories|support"
    rb"|terms|tos|tr|tv|video|videos|watch|web|www|v[0-9.]+|wp-[a-z]+)(?:\.php|\.html)?$"
)
_NAME = re.compile(rb"[A-Za-z0-9_.%-]+$")


def _member(view: bytes, start: int, end: int) -> int:
    """The page of a member, not one of the network's own."""
    text = view[start:end].rstrip(b".")
    name = _NAME.search(text)
    if name is None or (b"/in/" not in text and _NOBODY.match(name[0])):
        return 0
    return start + len(text)


DETECTORS = (
    Detector(
        "SECRET",
        r"(?i)[a-z]://[A-Z0-9_-]{16}",
        re.compile(rb"[A-Za-z]://([A-Za-z0-9_-]{16,128})(?::x-oauth-basic)?@[A-Za-z0-9]"),
        _login,
        profiles=SECRETS,
    ),
    Detector(
        "SECRET",
        f"(?i)[?&](?:{_KEYS})=",
        re.compile(rb"(?i)[?&](?:amp;)?(?:" + _KEYS.encode() + rb")=(" + _VALUE + rb"{8,16})"),
        _parameter,
        run=_VALUE_RUN,
        profiles=SECRETS,
    ),
    Detector(
        "PASSWORD",
        f"(?i)[?&](?:{_PASSWORDS})=",
        re.compile(rb"(?i)[?&](?:" + _PASSWORDS.encode() + rb")=(" + _VALUE + rb"{4,16})"),
        _password,
        run=_VALUE_RUN,
        profiles=SECRETS,
    ),
    Detector(
        "URL",
        rf"(?i)\b(?:{_OWNERS}) {_KIND}(?:{_PAGES})[^A-Z0-9]",
        re.compile(
            # A scan may begin inside a word, so that the anchor's boundary proves nothing.
            rb"(?i)(?<!["
            + WORD
            + rb"])"
            + f"(?:{_OWNERS}) {_KIND}(?:{_PAGES})".encode()
            + rb"(?: (?:is|at|was|here|address|url|link|called|under|on|is at|url is))?"
            + rb"[ :=,\"'<(]{1,4}"
            + f"((?:(?:https?|ftp)://|www\\.)?{_HOST})(?![a-z0-9@])".encode()
        ),
        run=_URL_RUN,
    ),
    Detector(
        "URL",
        rf"(?i)(?:{_NETWORKS})[a-z0-9_]",
        re.compile(
            rb"(?i)[a-z0-9.:/-]{0,16}?(?<![A-Za-z0-9.-])"
            rb"((?:https?://)?(?:(?:www|m|mobile|[a-z]{2}|[a-z]{2}-[a-z]{2})\.)?(?:"
            + _NETWORKS.encode()
            + rb")[a-z0-9_][a-z0-9_.%-]{0,98})/?(?![a-z0-9_/])"
        ),
        _member,
        reach=Reach.BEHIND,
        back=b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.:/-",
        back_most=16,
    ),
    Detector(
        "URL",
        r"(?i)(?:\b(?:https?|ftps?)://|\bwww\.)[^\s\"'<>]",
        re.compile(
            rb"(?i)(?:(?:https?|ftps?)://|(?<![" + _INSIDE + rb".])www\.)[" + _INSIDE + rb"\[(]"
        ),
        run=_URL_RUN,
        profiles=STRICT,
    ),
)
