"""People at the console: what each may do there, and their sessions."""

from __future__ import annotations

import enum
from collections.abc import Iterable
from typing import Protocol

from extproc.config import Roles


class Role(enum.IntEnum):
    """What somebody may do. An approver may what a viewer may, an admin all."""

    VIEWER = 1
    APPROVER = 2
    ADMIN = 3


def role_of_groups(groups: Iterable[str], roles: Roles) -> Role | None:
    """The highest role of any of the groups; None when they have none."""
    held = set(groups)
    for role, members in (
        (Role.ADMIN, roles.admin),
        (Role.APPROVER, roles.approver),
        (Role.VIEWER, roles.viewer),
    ):
        if held & set(members):
            return role
    return None


class Sessions(Protocol):
    """The store of sessions. All raise Unavailable("store"); they may wait for the disk.

    A session is known by the SHA-256 of its id, so that who reads the store can use none.
    """

    def put(self, digest: bytes, subject: bytes, until: int) -> None:
        """`subject`: a `core.identity.Subject` as JSON. `until`: microseconds since 1970."""
        ...

    def get(self, digest: bytes) -> tuple[bytes, int] | None:
        """(subject, until), also when it is over and not yet swept."""
        ...

    def drop(self, digest: bytes) -> None:
        """Nothing happens when there is none."""
        ...

    def drop_subject(self, issuer: str, subject: str, session: str) -> int:
        """End the sessions that have this issuer, `subject` and provider's `session`; what is
        empty is not asked for, and without both of the latter none is meant. Returns how many."""
        ...
