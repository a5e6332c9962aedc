"""The policy server in one process, without workers."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from extproc.config import parse
from extproc.server import PolicyServer


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[PolicyServer]:
    made = PolicyServer(
        parse({"data_dir": str(tmp_path), "listen": {"url": "https://models.example.com"}}), None
    )
    yield made
    await made.stop()


async def test_assertions_may_be_for_the_url_that_agents_are_told(server: PolicyServer) -> None:
    assert "https://models.example.com" in server._base_urls()


async def test_no_question_keeps_the_leases_from_being_looked_after(server: PolicyServer) -> None:
    """Workers that do not hear of it refuse every call, and somebody may ask for long."""
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(1))
    is_answered = threading.Event()
    question = asyncio.create_task(asyncio.to_thread(is_answered.wait, 30))
    await asyncio.sleep(0)
    sweeping = asyncio.create_task(server._sweep())
    try:
        async with asyncio.timeout(5):
            while not server._store.heard():
                await asyncio.sleep(0.01)
    finally:
        is_answered.set()
        sweeping.cancel()
        await question
