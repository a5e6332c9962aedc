"""Bound credentials through a real Envoy: a stolen one is worth nothing without its key."""

from __future__ import annotations

import contextlib
import json
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from extproc.adapters.dpop import DpopProofs
from extproc.adapters.sqlite.replays import ReplayStore
from extproc.app import control_socket
from extproc.control.binding import Binding
from extproc.control.data_port import DataPort
from extproc.core.decision import Refused
from tests.adapters.proofs import new_key, proof, thumbprint
from tests.certificates import Authority, client_context, fingerprint
from tests.certificates import thumbprint as certificate_thumbprint
from tests.e2e.dialects import chat, chat_answer, chat_stream, chat_text
from tests.stack import Answer, Stack, has_ended, read_answer, run_cli
from tests.upstream import Upstream, chunked, whole

pytestmark = pytest.mark.e2e

PATH = "/v1/chat/completions"
KEY = new_key()


def url(stack: Stack, path: str = PATH, scheme: str = "http") -> str:
    return f"{scheme}://127.0.0.1:{stack.port}{path}"


def bound_token(stack: Stack, subject: str = "alice") -> str:
    return stack.token(subject, confirmation={"jkt": thumbprint(KEY)})


def dpop_call(
    stack: Stack, token: str, text: str | None, scheme: str = "DPoP", **headers: str
) -> Answer:
    if text is not None:
        headers["dpop"] = text
    return stack.call(chat("hi"), None, authorization=f"{scheme} {token}", **headers)


# -- a key (DPoP) ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory, _upstream: Upstream) -> Iterator[Stack]:
    """Two workers: a proof that one has seen is used for the other too."""
    stack = Stack(
        tmp_path_factory.mktemp("pair"),
        _upstream.url,
        {"workers": 2, "agents": {"per_subject": 500}},
    )
    try:
        stack.start()
        yield stack
    finally:
        stack.stop()


def test_who_holds_the_key_may_call(stack: Stack, upstream: Upstream) -> None:
    upstream.answer = whole(chat_answer("Hello."))
    token = bound_token(stack)
    for _ in range(2):
        answer = dpop_call(stack, token, proof(KEY, "POST", url(stack), token))
        assert (answer.status, answer.is_complete) == (200, True)
        assert answer.json["choices"][0]["message"]["content"] == "Hello."
    recorded = stack.exchange(answer.headers["x-extproc-exchange-id"])
    assert (recorded["subject"], recorded["outcome"]) == ("alice", "completed")


def test_a_stream_to_who_holds_the_key(stack: Stack, upstream: Upstream) -> None:
    upstream.answer = chunked(chat_stream("Hello, who holds the key."))
    token = bound_token(stack)
    text = proof(KEY, "POST", url(stack), token)
    answer = stack.call(chat("hi", stream=True), None, authorization=f"DPoP {token}", dpop=text)
    assert (answer.status, answer.is_complete) == (200, True)
    assert chat_text(answer.body) == "Hello, who holds the key."


def test_neither_proof_nor_certificate_reach_the_upstream(stack: Stack, upstream: Upstream) -> None:
    upstream.answer = whole(chat_answer("ok"))
    token = bound_token(stack)
    forged = {"x-forwarded-client-cert": "Hash=" + "a" * 64, "x-extproc-client-certificate": "b"}
    text = proof(KEY, "POST", url(stack), token)
    assert dpop_call(stack, token, text, **forged).status == 200
    (seen,) = upstream.seen
    assert not seen.headers.keys() & {"dpop", *forged, "x-extproc-client-scheme"}
    assert token not in str(seen.headers)


def test_a_proof_without_need_does_not_reach_the_upstream(
    stack: Stack, upstream: Upstream, token: str
) -> None:
    upstream.answer = whole(chat_answer("ok"))
    assert stack.call(chat("hi"), token, dpop="any").status == 200
    assert "dpop" not in upstream.seen[0].headers


STOLEN: dict[str, Callable[[Stack, str], tuple[str, str | None]]] = {
    "as Bearer": lambda stack, token: ("Bearer", None),
    "as Bearer, with a good proof": lambda stack, token: (
        "Bearer", proof(KEY, "POST", url(stack), token),
    ),
    "without a proof": lambda stack, token: ("DPoP", None),
    "with an empty proof": lambda stack, token: ("DPoP", ""),
    "with a proof by another key": lambda stack, token: (
        "DPoP", proof(new_key(), "POST", url(stack), token),
    ),
    "with a proof for another path": lambda stack, token: (
        "DPoP", proof(KEY, "POST", url(stack, "/v1/messages"), token),
    ),
    "with a proof for another host": lambda stack, token: (
        "DPoP", proof(KEY, "POST", f"http://other.example.com{PATH}", token),
    ),
    "with a proof for another method": lambda stack, token: (
        "DPoP", proof(KEY, "GET", url(stack), token),
    ),
    "with a proof for another credential": lambda stack, token: (
        "DPoP", proof(KEY, "POST", url(stack), "another"),
    ),
    "with an old proof": lambda stack, token: (
        "DPoP", proof(KEY, "POST", url(stack), token, iat=1_700_000_000),
    ),
    "with two proofs": lambda stack, token: (
        "DPoP", ", ".join(proof(KEY, "POST", url(stack), token) for _ in range(2)),
    ),
}  # fmt: skip


@pytest.mark.parametrize("how", STOLEN)
def test_a_stolen_credential(stack: Stack, upstream: Upstream, how: str) -> None:
    token = bound_token(stack)
    scheme, text = STOLEN[how](stack, token)
    answer = dpop_call(stack, token, text, scheme)
    assert (answer.status, answer.json["error"]["code"]) == (401, "invalid_token")
    assert answer.headers["www-authenticate"].startswith('DPoP realm="extproc", algs="ES256 ')
    assert upstream.seen == []
    recorded = stack.exchange(answer.headers["x-extproc-exchange-id"])
    assert (recorded["subject"], recorded["outcome"]) == ("alice", "refused")
    assert token not in json.dumps(recorded)


def test_no_log_holds_a_credential_or_a_proof(stack: Stack) -> None:
    token = bound_token(stack)
    text = proof(new_key(), "POST", url(stack), token)
    answer = dpop_call(stack, token, text)
    told = stack.log() + stack.log("envoy") + json.dumps(answer.headers) + answer.body.decode()
    assert answer.status == 401
    for secret in (token, token.rpartition(".")[2], text, text.rpartition(".")[2]):
        assert secret not in told


def test_as_a_key_of_a_stock_client_it_is_refused(stack: Stack, upstream: Upstream) -> None:
    token = bound_token(stack)
    text = proof(KEY, "POST", url(stack), token)
    answer = stack.call(chat("hi"), None, x_api_key=token, dpop=text)
    assert answer.status == 401
    assert upstream.seen == []


def test_a_proof_is_good_once_at_two_workers(pair: Stack, upstream: Upstream) -> None:
    upstream.answer = whole(chat_answer("ok"))
    token = bound_token(pair)
    for _ in range(5):
        text = proof(KEY, "POST", url(pair), token)
        with ThreadPoolExecutor(6) as pool:
            told = list(pool.map(lambda _, text=text: dpop_call(pair, token, text), range(6)))
        assert sorted(answer.status for answer in told) == [200] + [401] * 5
        refused = next(answer for answer in told if answer.status == 401)
        assert "used before" in refused.json["error"]["message"]
        assert 'error="invalid_dpop_proof"' in refused.headers["www-authenticate"]
    assert len(upstream.seen) == 5


def test_where_credentials_must_be_bound_a_bearer_one_opens_nothing(
    make_stack: Callable[..., Stack], upstream: Upstream
) -> None:
    upstream.answer = whole(chat_answer("ok"))
    stack = make_stack(
        credentials={"binding": "dpop"}, listen={"url": "https://gateway.example.com"}
    )
    token = bound_token(stack)
    known = proof(KEY, "POST", f"https://gateway.example.com{PATH}", token)
    assert dpop_call(stack, token, known).status == 200
    # Whatever host the client names, a proof is for the one that the configuration names.
    asked = proof(KEY, "POST", url(stack), token)
    assert dpop_call(stack, token, asked).status == 401
    printed = run_cli("token", "--subject", "bob", "--config", str(stack.config_file))
    assert printed.returncode == 0, printed.stderr
    assert "need a bound credential (dpop)" in printed.stderr
    answer = stack.call(chat("hi"), printed.stdout.strip())
    assert (answer.status, answer.json["error"]["code"]) == (401, "invalid_token")
    assert "must be bound" in answer.json["error"]["message"]
    assert len(upstream.seen) == 1


# -- a certificate (mTLS) ----------------------------------------------------------------------


class Tls:
    """A stack whose data port speaks TLS, and the certificates of its clients."""

    def __init__(self, directory: Path, upstream: Upstream, is_linked: bool = False) -> None:
        """`is_linked`: the gateway's files are links into a directory that is exchanged whole, as
        Kubernetes mounts a secret.
        """
        self.authority = Authority(directory / "pki")
        self._links = directory / "links"
        self.clients = Authority(directory / "clients", "clients")
        self.stranger = Authority(directory / "strangers", "strangers").issue("mallory")
        certificate, key = self.authority.issue("gateway")
        if is_linked:
            certificate, key = self._linked(certificate, key)
        self.alice, self.bob = self.clients.issue("alice"), self.clients.issue("bob")
        self.stack = Stack(
            directory,
            upstream.url,
            {
                "listen": {
                    "tls": {
                        "certificate": f"file:{certificate}",
                        "key": f"file:{key}",
                        "client_ca": f"file:{self.clients.certificate}",
                    }
                },
                "agents": {"per_subject": 500},
            },
        )

    def _linked(self, *files: Path) -> tuple[Path, Path]:
        self._links.mkdir()
        (self._links / "..data").symlink_to(files[0].parent)
        made = [self._links / file.name for file in files]
        for link in made:
            link.symlink_to(f"..data/{link.name}")
        return made[0], made[1]

    def renew(self) -> None:
        if not self._links.exists():
            self.authority.issue("gateway")
            return
        kept = self.authority.directory
        self.authority.directory = kept / "renewed"
        self.authority.directory.mkdir()
        self.authority.issue("gateway")
        (self._links / "..new").symlink_to(self.authority.directory)
        (self._links / "..new").rename(self._links / "..data")

    def shown(self) -> bytes | None:
        """The gateway's certificate."""
        try:
            with self.connected(None) as connection:
                return connection.getpeercert(binary_form=True)
        except (ssl.SSLError, ConnectionError):
            return None

    def token(self) -> str:
        return self.stack.token(confirmation={"x5t#S256": certificate_thumbprint(self.alice[0])})

    def call(
        self,
        pair: tuple[Path, Path] | None,
        headers: dict[str, str],
        body: bytes = chat("hi"),
        path: str = PATH,
    ) -> Answer:
        lines = [f"POST {path} HTTP/1.1", f"host: 127.0.0.1:{self.stack.port}",
                 "connection: close", f"content-length: {len(body)}"]  # fmt: skip
        headers = {"content-type": "application/json"} | headers
        lines += [f"{name}: {value}" for name, value in headers.items()]
        with self.connected(pair) as connection:
            connection.sendall("\r\n".join(lines).encode() + b"\r\n\r\n" + body)
            return read_answer(connection)

    def first_byte(self, pair: tuple[Path, Path], headers: dict[str, str]) -> bytes:
        """Of the answer; raises what the connection ended with."""
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        with self.connected(pair) as connection:
            connection.sendall(f"GET / HTTP/1.1\r\nhost: a\r\n{lines}\r\n".encode())
            return connection.recv(1)

    @contextlib.contextmanager
    def connected(self, pair: tuple[Path, Path] | None) -> Iterator[ssl.SSLSocket]:
        context = client_context(self.authority, pair)
        with (
            socket.create_connection(("127.0.0.1", self.stack.port), 20) as plain,
            context.wrap_socket(plain, server_hostname="127.0.0.1") as connection,
        ):
            yield connection


@pytest.fixture(scope="module")
def tls(tmp_path_factory: pytest.TempPathFactory, _upstream: Upstream) -> Iterator[Tls]:
    made = Tls(tmp_path_factory.mktemp("tls"), _upstream)
    try:
        made.stack.start()
        yield made
    finally:
        made.stack.stop()


@pytest.mark.parametrize("header", ["authorization", "x-api-key"])
def test_who_shows_the_certificate_may_call(tls: Tls, upstream: Upstream, header: str) -> None:
    upstream.answer = whole(chat_answer("ok"))
    token = tls.token()
    value = f"Bearer {token}" if header == "authorization" else token
    assert tls.call(tls.alice, {header: value}).status == 200
    (seen,) = upstream.seen
    assert not {"x-forwarded-client-cert", header} & set(seen.headers)


@pytest.mark.parametrize("who", ["bob", "nobody"])
def test_without_the_certificate_the_credential_is_refused(
    tls: Tls, upstream: Upstream, who: str
) -> None:
    pair = tls.bob if who == "bob" else None
    forged = {
        "x-forwarded-client-cert": f"Hash={fingerprint(tls.alice[0])}",
        "x-extproc-client-certificate": fingerprint(tls.alice[0]),
    }
    answer = tls.call(pair, {"authorization": f"Bearer {tls.token()}", **forged})
    assert (answer.status, answer.json["error"]["code"]) == (401, "invalid_token")
    assert answer.headers["www-authenticate"].startswith("Bearer ")
    assert upstream.seen == []


def test_who_has_no_certificate_may_call_with_another_credential(
    tls: Tls, upstream: Upstream
) -> None:
    upstream.answer = whole(chat_answer("ok"))
    assert tls.call(None, {"authorization": f"Bearer {tls.stack.token()}"}).status == 200


def test_a_certificate_of_somebody_else_opens_no_connection(tls: Tls, upstream: Upstream) -> None:
    token = tls.token()
    # The client has said all of its part of the handshake before it hears that it failed.
    with pytest.raises((ssl.SSLError, ConnectionError)):
        tls.first_byte(tls.stranger, {"authorization": f"Bearer {token}"})
    assert tls.first_byte(tls.alice, {"authorization": f"Bearer {token}"}) == b"H"
    assert upstream.seen == []


def test_a_proof_over_tls(tls: Tls, upstream: Upstream) -> None:
    upstream.answer = whole(chat_answer("ok"))
    token = bound_token(tls.stack)
    good = proof(KEY, "POST", url(tls.stack, scheme="https"), token)
    assert tls.call(None, {"authorization": f"DPoP {token}", "dpop": good}).status == 200
    plain = proof(KEY, "POST", url(tls.stack, scheme="http"), token)
    assert tls.call(None, {"authorization": f"DPoP {token}", "dpop": plain}).status == 401


@pytest.mark.parametrize("offered", ["h2", "http/1.1"])
def test_a_client_chooses_its_protocol(tls: Tls, offered: str) -> None:
    context = client_context(tls.authority)
    context.set_alpn_protocols([offered])
    with (
        socket.create_connection(("127.0.0.1", tls.stack.port), 20) as plain,
        context.wrap_socket(plain, server_hostname="127.0.0.1") as connection,
    ):
        assert connection.selected_alpn_protocol() == offered
        assert connection.version() in ("TLSv1.2", "TLSv1.3")


def test_a_renewed_certificate_needs_no_restart(tls: Tls) -> None:
    before = tls.shown()
    tls.renew()
    tls.stack.wait_for(lambda: tls.shown() not in (before, None))


# -- what Envoy tells the control port ---------------------------------------------------------


class Listening:
    """In the place of the control port: answers what a request proves."""

    def __init__(self, path: Path, data_dir: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        binding = Binding(DpopProofs(ReplayStore(data_dir / "replays.db")))

        async def tell(request: Request) -> JSONResponse:
            try:
                proven = await binding.confirmation(request, time.time_ns() // 1000)
            except Refused as error:
                return JSONResponse({"refused": error.refusal.message})
            source = request.client.host if request.client else ""
            names = sorted(request.headers)
            return JSONResponse({"proven": dict(proven), "names": names, "source": source})

        application = DataPort(Starlette(routes=[Route("/oauth2/token", tell, methods=["POST"])]))
        self._server = uvicorn.Server(
            uvicorn.Config(application, uds=str(path), log_config=None, lifespan="off")
        )
        self._thread = threading.Thread(target=self._server.run)
        self._thread.start()

    def stop(self) -> None:
        self._server.should_exit = True
        self._thread.join(20)


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory, _upstream: Upstream) -> Iterator[Tls]:
    """Envoy without a policy server: the four paths do not need one."""
    made = Tls(tmp_path_factory.mktemp("told"), _upstream, is_linked=True)
    listening = Listening(control_socket(made.stack.config), made.stack.data_dir)
    try:
        made.stack.start_envoy()
        yield made
    finally:
        made.stack.stop()
        listening.stop()


def forged_by(tls: Tls) -> dict[str, str]:
    hexadecimal = fingerprint(tls.alice[0])
    return {
        "x-forwarded-client-cert": f"Hash={hexadecimal}",
        "x-extproc-client-certificate": hexadecimal,
        "x-extproc-client-scheme": "http",
        "x-extproc-client-address": "192.0.2.7",
    }


@pytest.mark.parametrize("who", ["alice", "bob", "nobody"])
@pytest.mark.parametrize("is_forging", [False, True], ids=["honest", "forging"])
def test_the_certificate_that_is_believed_is_the_one_of_the_connection(
    told: Tls, who: str, is_forging: bool
) -> None:
    pair = {"alice": told.alice, "bob": told.bob, "nobody": None}[who]
    headers = forged_by(told) if is_forging else {}
    said = told.call(pair, headers, b"", "/oauth2/token").json
    expected = {"x5t#S256": certificate_thumbprint(pair[0])} if pair else {}
    assert said["proven"] == expected
    assert said["source"] == "127.0.0.1"
    assert not set(said["names"]) & set(forged_by(told))


@pytest.mark.parametrize(
    ("scheme", "path", "is_good"),
    [
        ("https", "/oauth2/token", True),
        ("http", "/oauth2/token", False),
        ("https", "/oauth2/revoke", False),
    ],
)
def test_a_proof_at_the_token_endpoint_is_for_the_url_that_the_client_used(
    told: Tls, scheme: str, path: str, is_good: bool
) -> None:
    text = proof(KEY, "POST", url(told.stack, path, scheme))
    headers = {"dpop": text, "x-extproc-client-scheme": "http", "x-forwarded-proto": "http"}
    said = told.call(told.alice, headers, b"", "/oauth2/token").json
    assert said.get("proven") == ({"jkt": thumbprint(KEY)} if is_good else None)
    assert is_good or "another URL" in said["refused"]
    again = told.call(told.alice, headers, b"", "/oauth2/token").json
    assert "refused" in again


def test_a_renewed_certificate_behind_a_link_needs_no_restart(told: Tls) -> None:
    before = told.shown()
    told.renew()
    deadline = time.monotonic() + 10
    while told.shown() in (before, None):
        assert time.monotonic() < deadline
        assert told.stack.envoy is not None
        assert not has_ended(told.stack.envoy)


def test_two_proofs_are_none(told: Tls) -> None:
    one, two = (proof(KEY, "POST", url(told.stack, "/oauth2/token", "https")) for _ in range(2))
    said = told.call(None, {"dpop": one, "DPoP": two}, b"", "/oauth2/token").json
    assert "not a signed token" in said["refused"]


# -- the control port's paths on the data port -------------------------------------------------

EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"
ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token"


def form(token: str) -> bytes:
    return urlencode(
        {"grant_type": EXCHANGE, "subject_token": token, "subject_token_type": ACCESS_TOKEN}
    ).encode()


FORM = {"content_type": "application/x-www-form-urlencoded"}


def test_an_agent_gets_a_credential_at_the_data_port(
    stack: Stack, upstream: Upstream, token: str
) -> None:
    answer = stack.call(form(token), None, "/oauth2/token", **FORM)
    assert answer.status == 200, answer
    upstream.answer = whole(chat_answer("ok"))
    assert stack.call(chat("hi"), answer.json["access_token"]).status == 200


def test_what_is_served_there_names_the_data_port(stack: Stack) -> None:
    known = stack.call(None, None, "/.well-known/oauth-authorization-server", "GET")
    assert known.json["token_endpoint"] == f"{stack.data_url}/oauth2/token"
    assert stack.call(None, None, "/.well-known/jwks.json", "GET").json["keys"]


def test_over_tls_it_is_named_with_its_scheme(tls: Tls) -> None:
    path = "/.well-known/oauth-authorization-server"
    with tls.connected(None) as connection:
        host = f"127.0.0.1:{tls.stack.port}"
        connection.sendall(
            f"GET {path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n"
            "x-extproc-client-scheme: http\r\nx-forwarded-proto: http\r\n\r\n".encode()
        )
        assert read_answer(connection).json["token_endpoint"] == f"https://{host}/oauth2/token"


def test_the_body_is_bounded(stack: Stack, upstream: Upstream) -> None:
    answer = stack.call(b"a=" + b"x" * (65 << 10), None, "/oauth2/token", **FORM)
    assert answer.status == 413


def test_an_upgrade_there_is_refused(stack: Stack) -> None:
    answer = stack.call(
        None, None, "/oauth2/token", "GET", upgrade="websocket", connection="upgrade"
    )
    assert answer.status in (400, 403), answer


HIDDEN = ["/", "/livez", "/readyz", "/metrics", "/api/v1/agents", "/api/v1/openapi.json",
          "/oauth2/introspect", "/oauth2/backchannel-logout"]  # fmt: skip


@pytest.mark.parametrize("path", HIDDEN)
def test_nothing_else_of_the_control_port_is_there(
    stack: Stack, upstream: Upstream, path: str
) -> None:
    """It goes the way of any call: ext_authz asks for a credential."""
    answer = stack.call(None, None, path, "GET")
    assert (answer.status, answer.json["error"]["code"]) == (401, "missing_credential")
    assert upstream.seen == []


TRICKS = [
    "/oauth2/token/", "//oauth2/token", "/oauth2//token", "/./oauth2/token", "/x/../oauth2/token",
    "/oauth2/token/.", "/oauth2/token/..", "/oauth2/token/../token", "/oauth2/x/../token",
    "/OAUTH2/TOKEN", "/oauth2/Token", "/oauth2/token;a=b", "/oauth2;a/token", "/oauth2/token?a=b",
    "/oauth2/token?/v1/chat/completions", "/oauth2/token#x", "/oauth2/%74oken", "/%6fauth2/token",
    "/oauth2%2ftoken", "/oauth2%2Ftoken", "/oauth2%5ctoken", "/oauth2\\token", "/oauth2/token%00",
    "/oauth2/token%20", "/oauth2/token%3b", "/oauth2/token%3fa", "/oauth2/token/%2e%2e/token",
    "/oauth2/token/../../v1/chat/completions", "/oauth2/token/%2e%2e/%2e%2e/v1/chat/completions",
    "/oauth2/token/..;/v1/chat/completions", "/v1/chat/completions/../../oauth2/token",
    "/oauth2/tokenx", "/oauth2/token/v1/chat/completions", "http://x/oauth2/token",
    "/.well-known/../v1/chat/completions", "/.well-known/jwks.json/../../v1/chat/completions",
    "/%2e%2e/oauth2/token", "/oauth2/%252e%252e/token",
]  # fmt: skip


@pytest.mark.parametrize("credential", ["none", "good"])
@pytest.mark.parametrize("path", TRICKS)
def test_no_spelling_of_a_path_reaches_the_model_unjudged(
    stack: Stack, upstream: Upstream, token: str, path: str, credential: str
) -> None:
    """It is the token endpoint, or it was judged; with a good credential, recorded as such."""
    upstream.answer = whole(chat_answer("ok"))
    answer = stack.call(
        chat("hi"),
        token if credential == "good" else None,
        path,
        x_extproc_upstream="demo",
    )
    exchange = answer.headers.get("x-extproc-exchange-id")
    if exchange is not None:
        decided = stack.exchange(exchange)
        assert decided["outcome"] is not None
        if credential == "none":
            assert answer.status == 401
            assert upstream.seen == []
        return
    assert upstream.seen == []
    assert answer.status == 400, answer
    said: Any = answer.json["error"]
    is_token_endpoint = said in ("invalid_request", "unsupported_grant_type")
    is_envoy = isinstance(said, dict) and said["code"] == "invalid_request"
    assert is_token_endpoint or is_envoy, answer


def test_the_socket_is_its_owners(stack: Stack) -> None:
    path = control_socket(stack.config)
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
