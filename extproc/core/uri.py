"""URIs compared as RFC 3986 section 6.2 compares them, not letter by letter."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

_PORTS = {"http": 80, "https": 443}
_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})|%")
_UNRESERVED = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~")
_PRINTABLE = re.compile(r"[\x21-\x7e]+")
_PORT = re.compile(r"[0-9]{0,5}")
_HOST = re.compile(r"[A-Za-z0-9._~-]+|\[[0-9A-Fa-f:.]+\]")


def normal_uri(uri: str) -> str:
    """`scheme://authority/path`, normalised by syntax and scheme; query and fragment are left out.

    Small letters in scheme and host, no default port, `%7E` as `~` and `%2f` as `%2F`, dot
    segments removed, `/` for no path. Raises ValueError for what is no http(s) URI with a host.
    """
    if not _PRINTABLE.fullmatch(uri) or "\\" in uri:
        raise ValueError("not a URI")
    parts = urlsplit(uri)
    scheme, authority = parts.scheme.lower(), parts.netloc
    if scheme not in _PORTS or "@" in authority:
        raise ValueError("not an http URI without a user")
    host, found, port = authority.rpartition(":")
    if not found or "]" in port:
        host, port = authority, ""
    if not _HOST.fullmatch(host) or not _PORT.fullmatch(port):
        raise ValueError("no host, or no port")
    number = int(port or _PORTS[scheme])
    place = host.lower() if number == _PORTS[scheme] else f"{host.lower()}:{number}"
    return f"{scheme}://{place}{_without_dots(_ESCAPE.sub(_escape, parts.path)) or '/'}"


def _escape(match: re.Match[str]) -> str:
    if match[1] is None:
        raise ValueError("a % that escapes nothing")
    character = chr(int(match[1], 16))
    return character if character in _UNRESERVED else match[0].upper()


def _without_dots(path: str) -> str:
    """RFC 3986, section 5.2.4, for a path that is empty or starts with a slash."""
    kept: list[str] = []
    segments = path.split("/")
    for segment in segments:
        if segment == "..":
            if len(kept) > 1:
                kept.pop()
        elif segment != ".":
            kept.append(segment)
    if segments[-1] in (".", ".."):
        kept.append("")
    return "/".join(kept)
