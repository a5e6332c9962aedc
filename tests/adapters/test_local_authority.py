"""The authority's credentials, and every forgery that it must refuse."""

from __future__ import annotations

import base64
import hmac
import json
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from joserfc import jws, jwt
from joserfc.jwk import ECKey, RSAKey

from extproc.adapters.local_authority import AUDIENCE, ISSUER, LocalAuthority
from extproc.core.decision import Code, Refused, Unavailable
from extproc.core.identity import Agent, Identity

SECOND = 1_000_000
NOW = 1_800_000_000 * SECOND
AGENT = Agent(
    id="agt_1",
    name="reviewer",
    subject="alice",
    issuer=ISSUER,
    groups=("engineering",),
    client_id="cli",
    started_at=NOW,
    last_seen=NOW,
    expires_at=NOW + 300 * SECOND,
    idle_timeout=120 * SECOND,
    models=("gpt-*",),
)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> LocalAuthority:
    return LocalAuthority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def key(authority: LocalAuthority) -> ECKey:
    return authority._key


def claims(**changes: Any) -> dict[str, Any]:
    base = {
        "iss": ISSUER,
        "sub": "alice",
        "aud": AUDIENCE,
        "client_id": "cli",
        "iat": NOW // SECOND,
        "exp": NOW // SECOND + 300,
        "jti": "crd_1",
        "agent_id": "agt_1",
    }
    return {name: value for name, value in (base | changes).items() if value is not ...}


def signed(key: Any, header: dict[str, Any] | None = None, **changes: Any) -> str:
    full = {"alg": "ES256", "typ": "at+jwt", "kid": key.kid} | (header or {})
    registry = jws.JWSRegistry(algorithms=["ES256", "HS256", "RS256"], strict_check_header=False)
    full = {name: value for name, value in full.items() if value is not ...}
    return jwt.encode(full, claims(**changes), key, registry=registry, default_type=None)


def encoded(value: Any) -> str:
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def reheaded(token: str, header: Any) -> str:
    return ".".join([encoded(header), *token.split(".")[1:]])


def test_a_credential_names_its_agent(authority: LocalAuthority) -> None:
    agent = msgspec.structs.replace(AGENT, scope="chat")
    token = authority.issue(agent, credential_id="crd_1", now=NOW)
    expected = claims(
        agent_name="reviewer",
        groups=["engineering"],
        models=["gpt-*"],
        scope="chat",
        act={"sub": "agt_1"},
    )
    assert authority.verify(token, NOW) == Identity(
        subject="alice",
        issuer=ISSUER,
        groups=("engineering",),
        agent_id="agt_1",
        agent_name="reviewer",
        credential_id="crd_1",
        expires_at=AGENT.expires_at,
        client_id="cli",
        started_at=NOW,
        scope="chat",
        models=("gpt-*",),
        claims=expected,
    )
    assert jws.extract_compact(token.encode()).headers() == {
        "alg": "ES256",
        "typ": "at+jwt",
        "kid": authority.kid,
    }


def test_ancestors_become_the_act_chain(authority: LocalAuthority) -> None:
    token = authority.issue(
        AGENT, credential_id="crd_1", now=NOW, ancestors=["agt_parent", "agt_root"]
    )
    assert authority.verify(token, NOW).claims["act"] == {
        "sub": "agt_1",
        "act": {"sub": "agt_parent", "act": {"sub": "agt_root"}},
    }


def test_it_ends_at_its_very_second(authority: LocalAuthority) -> None:
    token = authority.issue(AGENT, credential_id="crd_1", now=NOW)
    authority.verify(token, AGENT.expires_at - 1)
    with pytest.raises(Refused, match="expired"):
        authority.verify(token, AGENT.expires_at)


def test_anyone_may_verify_with_the_published_key(authority: LocalAuthority) -> None:
    token = authority.issue(AGENT, credential_id="crd_1", now=NOW)
    (published,) = authority.jwks()["keys"]
    assert "d" not in published
    assert published | {"alg": "ES256", "use": "sig", "kid": authority.kid} == published
    assert jwt.decode(token, ECKey.import_key(published), algorithms=["ES256"]).claims == claims(
        agent_name="reviewer", groups=["engineering"], models=["gpt-*"], act={"sub": "agt_1"}
    )


def _unsigned(key: ECKey) -> str:
    return f"{encoded({'alg': 'none', 'typ': 'at+jwt', 'kid': key.kid})}.{encoded(claims())}."


def _hmac_with_the_public_key(key: ECKey) -> str:
    payload = encoded(claims())
    head = encoded({"alg": "HS256", "typ": "at+jwt", "kid": key.kid})
    secret = key.as_pem(private=False)
    signature = encoded(hmac.digest(secret, f"{head}.{payload}".encode(), "sha256"))
    return f"{head}.{payload}.{signature}"


def _embedded_key(key: ECKey) -> str:
    stranger = ECKey.generate_key("P-256", auto_kid=True)
    header = {"kid": key.kid, "jwk": stranger.as_dict(private=False)}
    return signed(stranger, header)


def _another_curve_of_ours(key: ECKey) -> str:
    stranger = ECKey.generate_key("P-256")
    return signed(stranger, {"kid": key.kid})


def _rsa(key: ECKey) -> str:
    return signed(RSAKey.generate_key(2048), {"alg": "RS256", "kid": key.kid})


def _detached_payload(key: ECKey) -> str:
    head, _, signature = signed(key).split(".")
    return f"{head}..{signature}"


def _swapped_payload(key: ECKey) -> str:
    head, _, signature = signed(key).split(".")
    return f"{head}.{encoded(claims(sub='root'))}.{signature}"


FORGERIES: dict[str, Callable[[ECKey], str]] = {
    "no signature at all": _unsigned,
    "HMAC with our public key as its secret": _hmac_with_the_public_key,
    "its own key in the header": _embedded_key,
    "another key under our kid": _another_curve_of_ours,
    "another algorithm": _rsa,
    "another key under its own kid": lambda _: signed(ECKey.generate_key("P-256", auto_kid=True)),
    "no kid": lambda key: signed(key, {"kid": ...}),
    "no typ": lambda key: signed(key, {"typ": ...}),
    "an id token's typ": lambda key: signed(key, {"typ": "JWT"}),
    "a typ in capitals": lambda key: signed(key, {"typ": "AT+JWT"}),
    "a critical extension": lambda key: reheaded(
        signed(key), {"alg": "ES256", "typ": "at+jwt", "kid": key.kid, "crit": ["exp"]}
    ),
    "an unencoded payload": lambda key: reheaded(
        signed(key), {"alg": "ES256", "typ": "at+jwt", "kid": key.kid, "b64": False}
    ),
    "a key by URL": lambda key: signed(key, {"jku": "https://evil.example/jwks"}),
    "a certificate by URL": lambda key: signed(key, {"x5u": "https://evil.example/x"}),
    "an empty header": lambda key: reheaded(signed(key), {}),
    "a header that is a list": lambda key: reheaded(signed(key), []),
    "a header nested deep": lambda key: reheaded(signed(key), b'{"a":' * 100),
    "a header that is too long": lambda key: signed(key, {"kid": "k" * 900}),
    "no payload": _detached_payload,
    "another payload under the signature": _swapped_payload,
    "an exp that is past": lambda key: signed(key, exp=NOW // SECOND - 1),
    "no exp": lambda key: signed(key, exp=...),
    "an exp in words": lambda key: signed(key, exp="never"),
    "an exp that is not a number": lambda key: signed(key, exp=float("nan")),
    "an exp that is true": lambda key: signed(key, exp=True),
    "another audience": lambda key: signed(key, aud="billing"),
    "a list of audiences": lambda key: signed(key, aud=[AUDIENCE, "billing"]),
    "no audience": lambda key: signed(key, aud=...),
    "another issuer": lambda key: signed(key, iss="https://evil.example"),
    "no issuer": lambda key: signed(key, iss=...),
    "no subject": lambda key: signed(key, sub=...),
    "an empty subject": lambda key: signed(key, sub=""),
    "no agent": lambda key: signed(key, agent_id=...),
    "no jti": lambda key: signed(key, jti=...),
    "groups that are a string": lambda key: signed(key, groups="admin"),
    "a start in the future": lambda key: signed(key, nbf=NOW // SECOND + 60),
    "an issue in the future": lambda key: signed(key, iat=NOW // SECOND + 60),
    "four parts": lambda key: signed(key) + ".x",
    "two parts": lambda key: signed(key).rpartition(".")[0],
    "nothing": lambda _: "",
    "not ASCII": lambda _: "é.é.é",
    "megabytes": lambda _: "a" * 5_000_000 + ".b.c",
    "a payload that is a list": lambda key: jws.serialize_compact(
        {"alg": "ES256", "typ": "at+jwt", "kid": key.kid}, b"[]", key
    ),
}


@pytest.mark.parametrize("forge", FORGERIES.values(), ids=FORGERIES.keys())
def test_refused(forge: Callable[[ECKey], str], authority: LocalAuthority, key: ECKey) -> None:
    token = forge(key)
    with pytest.raises(Refused) as caught:
        authority.verify(token, NOW)
    refusal = caught.value.refusal
    assert refusal.code is Code.INVALID_TOKEN
    assert len(refusal.message) < 200
    assert not token or token[:40] not in refusal.message


def test_the_same_claims_pass_when_nothing_is_wrong(authority: LocalAuthority, key: ECKey) -> None:
    assert authority.verify(signed(key), NOW).subject == "alice"


def test_claims_that_do_not_fit_are_refused_before_they_are_signed(
    authority: LocalAuthority,
) -> None:
    crowd = Agent(**{name: getattr(AGENT, name) for name in AGENT.__struct_fields__}
                  | {"groups": tuple(f"group-{n:040}" for n in range(200))})  # fmt: skip
    with pytest.raises(Refused) as caught:
        authority.issue(crowd, credential_id="crd_1", now=NOW)
    assert caught.value.refusal.code is Code.INVALID_REQUEST


def test_the_key_is_for_its_owner_only_and_stays_the_same(tmp_path: Path) -> None:
    first = LocalAuthority(tmp_path)
    (path,) = (tmp_path / "keys").iterdir()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert LocalAuthority(tmp_path).kid == first.kid


def test_of_processes_that_race_all_use_one_key(tmp_path: Path) -> None:
    program = (
        "import sys, pathlib; from extproc.adapters.local_authority import LocalAuthority; "
        "sys.stdin.read(1); print(LocalAuthority(pathlib.Path(sys.argv[1])).kid)"
    )
    running = [
        subprocess.Popen(
            [sys.executable, "-c", program, str(tmp_path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(4)
    ]
    kids = {process.communicate("x")[0] for process in running}
    assert kids == {LocalAuthority(tmp_path).kid + "\n"}
    assert len(list((tmp_path / "keys").iterdir())) == 1


@pytest.mark.parametrize(
    "content",
    [b"", b"{}", b"not json", b'{"kty":"oct","k":"AAAA"}'],
    ids=["empty", "no key", "not JSON", "another kind of key"],
)
def test_a_damaged_key_is_never_replaced(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "keys" / "es256.json"
    path.parent.mkdir()
    path.write_bytes(content)
    path.chmod(0o600)
    with pytest.raises(Unavailable, match="authority"):
        LocalAuthority(tmp_path)
    assert path.read_bytes() == content


def test_a_key_that_others_may_read_is_not_used(tmp_path: Path) -> None:
    LocalAuthority(tmp_path)
    (tmp_path / "keys" / "es256.json").chmod(0o644)
    with pytest.raises(Unavailable, match="chmod"):
        LocalAuthority(tmp_path)
