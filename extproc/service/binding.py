"""Binding: a credential that names a key is taken only from who holds that key."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from extproc.core.confirmation import (
    BEARER,
    DPOP,
    JKT,
    MTLS,
    X5T,
    Presented,
    challenge,
    holds_key,
    read_confirmation,
)
from extproc.core.decision import Code, Refused
from extproc.core.identity import Identity
from extproc.core.ports import Headers


class Proofs(Protocol):
    """Checks DPoP proofs; extproc.adapters.dpop.DpopProofs."""

    def verify(self, proof: str, *, method: str, url: str, now: int, token: str = "") -> str:
        """The thumbprint of the key that made the proof.

        Raises Refused(INVALID_TOKEN), or Unavailable("store").
        """
        ...


class Binding:
    def __init__(self, proofs: Proofs | None, required: str) -> None:
        """`required`: what the credential of a call must be bound to; bearer where it need not.

        Without `proofs` no credential that is bound to a key is taken.
        """
        self._proofs = proofs
        self._required = required

    def check(
        self,
        identity: Identity,
        token: str,
        headers: Headers,
        presented: Presented | None,
        now: int,
    ) -> None:
        """Raises Refused(INVALID_TOKEN) unless the caller holds what `token` is bound to.

        `presented`: of a call on the data port. None on the control port, where nothing can be
        shown: a bound credential is refused there, and one that is not may be required on the
        data port alone.
        """
        is_dpop = scheme_of(headers) == "dpop"
        if presented is None:
            if is_dpop or identity.binding != BEARER:
                raise _refused("a bound credential is taken on the data port alone")
            return
        if self._required not in (BEARER, identity.binding):
            raise _refused(
                f"the credential must be bound ({self._required}), and is {identity.binding}",
                challenge() if self._required == DPOP else "",
            )
        if identity.binding == DPOP:
            self._check_proof(identity, token, headers, presented, now, is_dpop)
        elif is_dpop:
            raise _refused(
                "the credential is not bound to a key, so no proof makes it better", challenge()
            )
        elif identity.binding == MTLS:
            if not holds_key(MTLS, identity.confirmation, {X5T: presented.certificate}):
                raise _refused("the credential is bound to another client certificate")
        elif identity.binding != BEARER:
            raise _refused("the credential is bound in an unknown way")

    def _check_proof(
        self,
        identity: Identity,
        token: str,
        headers: Headers,
        presented: Presented,
        now: int,
        is_dpop: bool,
    ) -> None:
        proof = headers.get("dpop", "").strip()
        if not is_dpop or not proof or self._proofs is None:
            raise _refused(
                "the credential is bound to a key: send it as Authorization: DPoP … with a proof "
                "in the header DPoP",
                challenge(),
            )
        thumbprint = self._proofs.verify(
            proof, method=presented.method, url=presented.url, now=now, token=token
        )
        if not holds_key(DPOP, identity.confirmation, {JKT: thumbprint}):
            raise _refused("the credential is bound to another key", challenge())


def check_holder(identity: Identity, proven: Mapping[str, str]) -> None:
    """At the token endpoint: a bound credential is worth a further one to who proves its key.

    Raises Refused(INVALID_TOKEN).
    """
    if not holds_key(identity.binding, identity.confirmation, proven):
        raise _refused("the credential is bound to a key that was not proven with this request")


def check_confirmation(confirmation: Any, proven: Mapping[str, str]) -> None:
    """The same of somebody else's token, by its `cnf` (RFC 7800).

    Raises Refused(INVALID_TOKEN), also for a kind of key that cannot be proven here.
    """
    try:
        if not isinstance(confirmation, dict):
            raise ValueError("no confirmation")
        binding, thumbprint = read_confirmation(confirmation)
    except ValueError:
        raise _refused("the token is bound to a key of an unknown kind") from None
    if not holds_key(binding, thumbprint, proven):
        raise _refused("the token is bound to a key that was not proven with this request")


def scheme_of(headers: Headers) -> str:
    """Of the header `authorization`, in small letters; empty without one."""
    return headers.get("authorization", "").strip().partition(" ")[0].lower()


def _refused(why: str, challenge: str = "") -> Refused:
    return Refused(Code.INVALID_TOKEN, why, challenge=challenge)
