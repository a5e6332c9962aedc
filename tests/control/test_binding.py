"""The data port's part of the control port: what is served, and what is believed of a client."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from extproc.adapters.dpop import DpopProofs
from extproc.adapters.sqlite.replays import ReplayStore
from extproc.control.binding import Binding
from extproc.control.data_port import DataPort
from extproc.core.decision import Refused
from extproc.core.field_names import DATA_PORT_PATHS
from tests.adapters.proofs import new_key, proof, thumbprint

KEY = new_key()
FINGERPRINT = "ab" * 32
X5T = "q6urq6urq6urq6urq6urq6urq6urq6urq6urq6urq6s"
TOKEN = "/oauth2/token"
BELIEVED = {
    "x-extproc-client-certificate": FINGERPRINT,
    "x-extproc-client-scheme": "https",
    "x-extproc-client-address": "192.0.2.7",
}


def application(directory: Path) -> Starlette:
    binding = Binding(DpopProofs(ReplayStore(directory / "replays.db")))

    async def tell(request: Request) -> JSONResponse:
        try:
            proven = dict(await binding.confirmation(request, time.time_ns() // 1000))
        except Refused as error:
            proven = {"refused": error.refusal.message}
        body = await request.body()
        return JSONResponse(
            {"proven": proven, "url": str(request.url), "names": sorted(request.headers),
             "body": len(body), "source": request.client.host if request.client else ""}
        )  # fmt: skip

    return Starlette(routes=[Route("/{path:path}", tell, methods=["GET", "POST"])])


@pytest.fixture
def data_port(tmp_path: Path) -> TestClient:
    return TestClient(DataPort(application(tmp_path)), base_url="http://gateway.example.com")


@pytest.fixture
def control_port(tmp_path: Path) -> TestClient:
    return TestClient(application(tmp_path), base_url="http://gateway.example.com")


def ask(client: TestClient, **headers: str) -> Any:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.post(TOKEN, headers=named).json()


def test_what_envoy_says_is_believed_on_its_socket(data_port: TestClient) -> None:
    said = data_port.post(TOKEN, headers=BELIEVED).json()
    assert said["proven"] == {"x5t#S256": X5T}
    assert said["url"] == f"https://gateway.example.com{TOKEN}"
    assert said["source"] == "192.0.2.7"
    assert not set(said["names"]) & BELIEVED.keys()


def test_what_a_client_says_is_not_believed_elsewhere(control_port: TestClient) -> None:
    forged = {**BELIEVED, "x-forwarded-client-cert": f"Hash={FINGERPRINT}"}
    said = control_port.post(TOKEN, headers=forged).json()
    assert (said["proven"], said["url"]) == ({}, f"http://gateway.example.com{TOKEN}")
    assert said["source"] != "192.0.2.7"


@pytest.mark.parametrize("value", ["", "-", "192.0.2.7:1", "somewhere", "<b>", "é"])
def test_what_is_no_address_is_not_recorded_as_one(data_port: TestClient, value: str) -> None:
    headers = {"x-extproc-client-address": value.encode("latin-1")}
    assert data_port.post(TOKEN, headers=headers).json()["source"] == ""


@pytest.mark.parametrize("value", ["", "-", "ab", "zz" * 32, "ab" * 33, "AB:CD", "é"])
def test_what_is_no_fingerprint_is_no_certificate(data_port: TestClient, value: str) -> None:
    headers = {"x-extproc-client-certificate": value.encode("latin-1")}
    assert data_port.post(TOKEN, headers=headers).json()["proven"] == {}


def test_forwarded_headers_are_not_believed(data_port: TestClient) -> None:
    said = ask(data_port, x_forwarded_client_cert=f"Hash={FINGERPRINT}", x_forwarded_proto="https")
    assert (said["proven"], said["url"]) == ({}, f"http://gateway.example.com{TOKEN}")


@pytest.mark.parametrize("path", DATA_PORT_PATHS)
def test_the_paths_that_are_served(data_port: TestClient, path: str) -> None:
    assert data_port.get(path).status_code == 200
    assert data_port.get(f"{path}?a=b").status_code == 200


@pytest.mark.parametrize(
    "path",
    ["/", "/livez", "/metrics", "/api/v1/agents", "/oauth2/introspect", "/oauth2/token/",
     "/oauth2/Token", "/oauth2/%74oken", "/oauth2/token;a", "//oauth2/token"],
)  # fmt: skip
def test_all_else_is_not_there(data_port: TestClient, path: str) -> None:
    answer = data_port.get(f"http://gateway.example.com{path}")
    assert (answer.status_code, answer.json()["error"]) == (404, "not_found")


def test_a_body_has_a_bound(data_port: TestClient) -> None:
    assert data_port.post(TOKEN, content=b"x" * (64 << 10)).json()["body"] == 64 << 10
    assert data_port.post(TOKEN, content=b"x" * ((64 << 10) + 1)).status_code == 413
    pieces = (b"x" * 1000 for _ in range(100))
    assert data_port.post(TOKEN, content=pieces).status_code == 413


def test_a_proof_counts_before_a_certificate(data_port: TestClient) -> None:
    text = proof(KEY, "POST", f"https://gateway.example.com{TOKEN}")
    said = data_port.post(TOKEN, headers={**BELIEVED, "dpop": text}).json()
    assert said["proven"] == {"jkt": thumbprint(KEY)}
    said = data_port.post(TOKEN, headers={**BELIEVED, "dpop": text}).json()
    assert "used before" in said["proven"]["refused"]


def test_a_proof_that_is_empty_is_a_wrong_one(data_port: TestClient) -> None:
    said = data_port.post(TOKEN, headers={**BELIEVED, "dpop": ""}).json()
    assert "refused" in said["proven"]


def test_the_control_port_takes_proofs_for_its_own_url(control_port: TestClient) -> None:
    good = proof(KEY, "POST", f"http://gateway.example.com{TOKEN}")
    assert ask(control_port, dpop=good)["proven"] == {"jkt": thumbprint(KEY)}
    other = proof(KEY, "POST", f"https://gateway.example.com{TOKEN}")
    assert "another URL" in ask(control_port, dpop=other)["proven"]["refused"]


def test_the_configured_url_is_the_data_ports(tmp_path: Path) -> None:
    inner = application(tmp_path)
    known = proof(KEY, "POST", f"https://known.example.com{TOKEN}")
    asked = proof(KEY, "POST", f"http://asked.example.com{TOKEN}")
    data = TestClient(
        DataPort(inner, "https://known.example.com"), base_url="http://asked.example.com"
    )
    assert "another URL" in ask(data, dpop=asked)["proven"]["refused"]
    said = ask(data, dpop=known)
    assert said["proven"] == {"jkt": thumbprint(KEY)}
    assert said["url"] == f"https://known.example.com{TOKEN}"
    control = TestClient(inner, base_url="http://asked.example.com")
    assert ask(control, dpop=asked)["proven"] == {"jkt": thumbprint(KEY)}


async def test_what_is_not_http_gets_nothing(tmp_path: Path) -> None:
    async def never(*_: Any) -> Any:
        raise AssertionError("nobody answers")

    await DataPort(never)({"type": "websocket", "path": TOKEN}, never, never)
