"""What a request to the token endpoint proves beside what it says: a key, or a certificate.

A credential that is issued to such a request is bound to what it proved: to the key of a DPoP
proof (RFC 9449, section 5), or else to the client certificate of the connection (RFC 8705,
section 3).
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Protocol

from starlette.requests import Request

from extproc.control.data_port import CERTIFICATE_KEY
from extproc.core.confirmation import JKT, X5T


class Proofs(Protocol):
    """extproc.adapters.dpop.DpopProofs."""

    def verify(self, proof: str, *, method: str, url: str, now: int, token: str = "") -> str: ...


class Binding:
    def __init__(self, proofs: Proofs) -> None:
        self._proofs = proofs

    async def confirmation(self, request: Request, now: int) -> Mapping[str, str]:
        """The `cnf` of a credential for this request: `{"jkt": …}`, `{"x5t#S256": …}`, or empty
        when it proves nothing. `now`: microseconds.

        Raises Refused(INVALID_TOKEN) for a proof that is wrong (`invalid_dpop_proof` in the words
        of the RFC); Unavailable("store").
        """
        found = request.headers.getlist("dpop")
        if found:
            # Two of them are read as one that is wrong (RFC 9449, section 4.3).
            thumbprint = await asyncio.to_thread(
                self._proofs.verify,
                ", ".join(found).strip(),
                method=request.method,
                url=str(request.url),
                now=now,
            )
            return {JKT: thumbprint}
        certificate = request.scope.get(CERTIFICATE_KEY, "")
        return {X5T: certificate} if certificate else {}
