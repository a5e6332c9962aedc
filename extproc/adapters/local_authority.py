"""The local authority: signs and verifies the credentials of agents with a key of its own.

A credential is an RFC 9068 access token (`typ: at+jwt`) under ES256. Only this authority's key,
algorithm and type are accepted; a header that names anything else is refused before the
signature is looked at.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from extproc.adapters.key_file import is_open_to_others, read_or_make
from extproc.core.confirmation import read_confirmation
from extproc.core.decision import Code, Refused, Unavailable
from extproc.core.identity import Agent, Identity

ISSUER = "urn:extproc:local"
AUDIENCE = "extproc"

_ALGORITHM = "ES256"
_TYPE = "at+jwt"
_MAX_TOKEN = 8192
"""Characters; longer is refused unread."""
_MAX_HEADER = 512
_CLOCK_SKEW = 5
"""Seconds that a token's start may lie ahead of us. Its end is exact."""
_SECOND = 1_000_000


class _Claims(msgspec.Struct, frozen=True):
    """The claims without which a credential is none, well typed. RFC 9068, section 2.2."""

    iss: str
    sub: str
    aud: str
    exp: int
    iat: int
    jti: str
    client_id: str
    agent_id: str
    agent_name: str = ""
    nbf: int = 0
    groups: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    scope: str = ""
    cnf: dict[str, str] = {}


class LocalAuthority:
    """Holds the key in `DIR/keys`; made on first use, by exactly one of the processes that race."""

    def __init__(self, data_dir: Path, issuer: str = ISSUER) -> None:
        """Raises Unavailable("authority") when the key cannot be read or made."""
        self.issuer = issuer
        self._key = _load_key(data_dir / "keys")
        self._public = ECKey.import_key(dict(self._key.as_dict(private=False)))
        self._registry = jws.JWSRegistry(algorithms=[_ALGORITHM])
        self._registry.max_payload_length = _MAX_TOKEN

    @property
    def kid(self) -> str:
        """The key's RFC 7638 thumbprint."""
        return str(self._key.kid)

    def jwks(self) -> dict[str, Any]:
        """The public key as a JWK set (RFC 7517)."""
        return {"keys": [{**self._public.as_dict(private=False), "alg": _ALGORITHM, "use": "sig"}]}

    def issue(
        self,
        agent: Agent,
        *,
        credential_id: str,
        now: int,
        ancestors: Sequence[str] = (),
        confirmation: Mapping[str, str] = {},
    ) -> str:
        """A credential for one agent, good until its lease expires.

        `now`: microseconds. `ancestors`: ids of the agents that led to this one, nearest first.
        The agent, they, and the agent's actor become the `act` chain of RFC 8693. `confirmation`:
        the key that it is bound to, as the `cnf` claim of RFC 7800; empty for a bearer credential.

        Raises Refused(INVALID_REQUEST) when the claims do not fit into a credential.
        """
        claims: dict[str, Any] = {
            "iss": self.issuer,
            "sub": agent.subject,
            "aud": AUDIENCE,
            "client_id": agent.client_id,
            "exp": agent.expires_at // _SECOND,
            "iat": now // _SECOND,
            "jti": credential_id,
            "agent_id": agent.id,
            "agent_name": agent.name,
            "groups": list(agent.groups),
            "models": list(agent.models),
        }
        claims["act"] = _actors([agent.id, *ancestors, *([agent.actor] if agent.actor else [])])
        if agent.scope:
            claims["scope"] = agent.scope
        if confirmation:
            claims["cnf"] = dict(confirmation)
        header = {"alg": _ALGORITHM, "typ": _TYPE, "kid": self.kid}
        token = jwt.encode(header, claims, self._key, registry=self._registry)
        if len(token) > _MAX_TOKEN:
            raise Refused(Code.INVALID_REQUEST, "too many groups or models for one credential")
        return token

    def verify(self, token: str, now: int) -> Identity:
        """The caller that a credential names. `now`: microseconds.

        Raises Refused(INVALID_TOKEN); the message never holds any part of the token.
        """
        if len(token) > _MAX_TOKEN:
            raise _invalid("it is too long")
        self._check_header(token)
        try:
            decoded = jwt.decode(token, self._public, registry=self._registry)
            claims = msgspec.convert(decoded.claims, _Claims, strict=True)
        except msgspec.ValidationError:
            raise _invalid("a claim is missing or of the wrong type") from None
        except (JoseError, ValueError, TypeError, RecursionError):
            raise _invalid("its signature or form is wrong") from None
        moment = now // _SECOND
        if claims.iss != self.issuer:
            raise _invalid("it was issued by someone else")
        if claims.aud != AUDIENCE:
            raise _invalid("it is for another audience")
        if claims.exp <= moment:
            raise _invalid("it has expired")
        if max(claims.iat, claims.nbf) > moment + _CLOCK_SKEW:
            raise _invalid("it is not valid yet")
        if not (claims.sub and claims.agent_id and claims.jti):
            raise _invalid("a claim is empty")
        try:
            binding, thumbprint = read_confirmation(claims.cnf)
        except ValueError:
            raise _invalid("it is bound to a key of an unknown kind") from None
        return Identity(
            subject=claims.sub,
            issuer=claims.iss,
            groups=claims.groups,
            agent_id=claims.agent_id,
            agent_name=claims.agent_name,
            credential_id=claims.jti,
            expires_at=claims.exp * _SECOND,
            client_id=claims.client_id,
            started_at=claims.iat * _SECOND,
            scope=claims.scope,
            models=claims.models,
            claims=decoded.claims,
            binding=binding,
            confirmation=thumbprint,
        )

    def _check_header(self, token: str) -> None:
        """Exactly the three members that we write, with exactly our values.

        No library checks `typ`, and one that does not know a member may ignore it; so `crit`,
        `jwk`, `jku`, `x5u`, `b64` and whatever comes next are refused for being there.
        """
        header, _, rest = token.partition(".")
        if len(header) > _MAX_HEADER or rest.count(".") != 1 or not token.isascii():
            raise _invalid("it is not a signed token")
        try:
            members = jws.extract_compact(token.encode()).headers()
        except (JoseError, ValueError, TypeError, RecursionError):
            raise _invalid("it is not a signed token") from None
        if members != {"alg": _ALGORITHM, "typ": _TYPE, "kid": self.kid}:
            raise _invalid("it is not an access token under this server's key")


def _invalid(why: str) -> Refused:
    return Refused(Code.INVALID_TOKEN, f"the credential is not valid: {why}")


def _actors(ids: Sequence[str]) -> Mapping[str, Any]:
    """RFC 8693, section 4.1: the current actor outermost, earlier ones nested in it."""
    chain: dict[str, Any] = {}
    for agent_id in reversed(ids):
        chain = {"sub": agent_id} | ({"act": chain} if chain else {})
    return chain


def _new_key() -> bytes:
    key = ECKey.generate_key("P-256", private=True, auto_kid=True)
    return msgspec.json.encode(key.as_dict(private=True))


def _load_key(directory: Path) -> ECKey:
    path = directory / "es256.json"
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        data = read_or_make(path, _new_key)
        if is_open_to_others(path):
            raise Unavailable("authority", f"{path} may be read by others; chmod 600")
        members = msgspec.json.decode(data, type=dict[str, str | list[str]])
        key = ECKey.import_key(members)
    except OSError as error:
        raise Unavailable("authority", f"{path}: {error.strerror}") from None
    except (JoseError, ValueError, KeyError):
        raise Unavailable("authority", f"{path} is not an EC key") from None
    if not key.is_private or key.curve_name != "P-256":
        raise Unavailable("authority", f"{path} is not a private P-256 key")
    return key
