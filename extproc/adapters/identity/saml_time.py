"""Times of SAML."""

from __future__ import annotations

import re
from datetime import UTC, datetime

_TIME = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?Z", re.ASCII)


def microseconds(written: str) -> int | None:
    """Since 1970, of an xs:dateTime in UTC (SAML core, section 1.3.3); None when it is none."""
    found = _TIME.fullmatch(written)
    if found is None:
        return None
    try:
        moment = datetime.strptime(found[1], "%Y-%m-%dT%H:%M:%S").replace(tzinfo=UTC)
    except ValueError:
        return None
    return int(moment.timestamp()) * 1_000_000 + int((found[2] or "0").ljust(9, "0")[:6])
