"""The pictures of docs/console.md and docs/approvals.md, by a real browser from a real server.

With EXTPROC_PICTURES=write they replace those in docs/pictures; without it they are only made.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.test_console import PHONE, Person, chromium, hold, people, pytestmark, stack
from tests.stack import ROOT, Stack

__all__ = ["chromium", "people", "pytestmark", "stack"]

PICTURES = ROOT / "docs" / "pictures"
PAGES = {
    "now": "/",
    "agents": "/agents",
    "sessions": "/sessions?at=2025-11-24T03:00&tz=UTC",
    "exchange": "/exchanges/exc_3",
    "approval": "/approvals/{id}",
    "audit": "/audit",
}


def test_every_picture_is_made(stack: Stack, people: Callable[..., Person], tmp_path: Path) -> None:
    root = stack.agent("ada@example.com", name="reviewer")[0]
    stack.agent("ada@example.com", name="summarizer", parent=root)
    stack.agent("build-bot", name="nightly")
    id = hold(stack, "the-ledger")
    target = PICTURES if os.environ.get("EXTPROC_PICTURES") == "write" else tmp_path
    target.mkdir(exist_ok=True)
    desk = people(viewport={"width": 1100, "height": 700})
    phone = people(viewport=PHONE, device_scale_factor=1)
    for name, path in PAGES.items():
        desk.open(path.format(id=id))
        desk.page.screenshot(path=target / f"{name}.png")
    phone.open(f"/approvals/{id}")
    phone.page.screenshot(path=target / "approval-phone.png")
    for picture in [*PAGES, "approval-phone"]:
        data = (target / f"{picture}.png").read_bytes()
        assert data.startswith(b"\x89PNG")
        assert len(data) > 5000


@pytest.mark.parametrize("page", ["console.md", "approvals.md"])
def test_every_picture_of_a_page_is_one_of_these(page: str) -> None:
    shown = re.findall(r"!\[[^\]]+\]\(pictures/([\w-]+)\.png\)", (ROOT / "docs" / page).read_text())
    assert shown
    assert set(shown) <= {*PAGES, "approval-phone"}
    for name in shown:
        assert (PICTURES / f"{name}.png").exists()
