"""SAML 2.0 assertions as subject tokens (RFC 8693 `…:token-type:saml2`; RFC 7522, section 3).

A token is one signed `<Assertion>`, never a `<Response>`: what stands around an assertion is where
most attacks on SAML live, and nothing of it is needed. An assertion is read twice, by two parsers
and two libraries for signatures: by our own narrow reading, from which alone the subject is taken,
and by pysaml2. Unless both say the same it is refused. It is good once.

The libraries are the extra `[saml]`; only `saml_verifier` and what it imports need them.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import re
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from extproc.config import ConfigError, Saml
from extproc.core.decision import Code, Refused, Unavailable
from extproc.core.identity import Subject
from extproc.core.ports import Replays

if TYPE_CHECKING:
    from extproc.adapters.identity.saml_verifier import Verifier

MAX_XML = 256 << 10
"""Bytes of an assertion."""
MAX_TOKEN = (MAX_XML + 2) // 3 * 4
"""Characters of one in base64url."""
_TOKEN = re.compile(r"[A-Za-z0-9_-]+={0,2}", re.ASCII)


class SamlSources:
    """The identity providers of `$.identity.saml`. Close it when done."""

    def __init__(
        self,
        sources: tuple[Saml, ...],
        replays: Replays,
        *,
        max_waiting: int = 32,
        patience: float = 5.0,
    ) -> None:
        """`max_waiting`: assertions that are being verified or wait for it, in this process.
        `patience`: seconds until a caller is told that it cannot be known.

        Raises ConfigError: the extra is not installed, or a file is not one provider's metadata.
        """
        self._verifier = _verifier(sources) if sources else None
        self._replays = replays
        self._patience = patience
        self._places = threading.BoundedSemaphore(max_waiting)
        # One thread: it is used once for each start of an agent, and so the libraries need not be
        # safe for several.
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="saml")

    async def verify(self, token: str, now: int) -> Subject:
        """Who an assertion says this is; the same assertion is refused from then on.

        `token`: base64url, padded or not. `now`: microseconds. Raises Refused(INVALID_TOKEN);
        Unavailable("identity") when the metadata cannot be had or has ended, or too many wait;
        Unavailable("store") when it cannot be known whether the assertion was used.
        """
        xml = _decoded(token)
        if not self._places.acquire(blocking=False):
            raise Unavailable("identity", "too many assertions wait to be verified")
        try:
            work = self._thread.submit(self._verify, xml, now)
        except RuntimeError:
            self._places.release()
            raise Unavailable("identity", "it was closed") from None
        work.add_done_callback(lambda _: self._places.release())
        try:
            return await asyncio.wait_for(asyncio.wrap_future(work), self._patience)
        except TimeoutError:
            raise Unavailable("identity", "verifying an assertion took too long") from None

    def close(self) -> None:
        self._thread.shutdown(wait=False, cancel_futures=True)

    def _verify(self, xml: bytes, now: int) -> Subject:
        if self._verifier is None:
            raise _refused("no SAML identity provider is trusted here")
        verified = self._verifier.verify(xml, now)
        # Last, so that an assertion which is refused for anything else is not used up.
        if not self._replays.first("saml", verified.assertion, verified.until):
            raise _refused("it was used before")
        return verified.subject


def _verifier(sources: tuple[Saml, ...]) -> Verifier:
    try:
        from extproc.adapters.identity.saml_verifier import Verifier
    except ImportError as error:
        raise ConfigError(
            [f"$.identity.saml: {error.name} is missing: pip install 'extproc[saml]'"]
        ) from None
    return Verifier(sources)


def _decoded(token: str) -> bytes:
    try:
        if len(token) <= MAX_TOKEN and _TOKEN.fullmatch(token):
            bare = token.rstrip("=")
            return base64.urlsafe_b64decode(bare + "=" * (-len(bare) % 4))
    except binascii.Error:
        pass
    raise _refused("it is not base64url of at most 256 KiB")


def _refused(why: str) -> Refused:
    return Refused(Code.INVALID_TOKEN, f"the assertion is not valid: {why}")
