"""An OpenID provider of somebody else's, on loopback, for the tests."""

from __future__ import annotations

import logging
import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any


@dataclass
class OpenidProvider:
    issuer: str


WARNINGS = ("ignore:get_jwt_config:DeprecationWarning",)
"""What its libraries say of their own next versions, while it serves."""


@contextmanager
def running_provider(**people: dict[str, Any]) -> Iterator[OpenidProvider]:
    """`people`: claims by subject. Tests that use it are marked with `WARNINGS`."""
    with warnings.catch_warnings():
        import authlib.deprecate  # sets a filter of its own, which must come before ours

        warnings.simplefilter("ignore", authlib.deprecate.AuthlibDeprecationWarning)
        import oidc_provider_mock

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    users = [
        oidc_provider_mock.User(sub=subject, claims=claims) for subject, claims in people.items()
    ]
    # It wants to be told that plain http is meant.
    name = "AUTHLIB_INSECURE_TRANSPORT"
    before = os.environ.get(name)
    os.environ[name] = "1"
    try:
        with oidc_provider_mock.run_server_in_thread(user_claims=users) as server:
            yield OpenidProvider(f"http://localhost:{server.server_port}")
    finally:
        del os.environ[name]
        if before is not None:
            os.environ[name] = before
