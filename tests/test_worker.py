"""What a worker does beside its calls."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from extproc import worker as module
from extproc.config import parse
from extproc.worker import Worker


async def test_a_store_that_is_busy_makes_no_agent_look_idle(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whose traffic is not saved is ended, or makes room for another one, while it works."""
    monkeypatch.setattr(module, "SWEEP_SECONDS", 0.01)
    config = parse({"data_dir": str(tmp_path), "budgets": {"agent": {"requests": 1}}})
    nobody = cast(Any, SimpleNamespace())
    worker = Worker(config, nobody, nobody)
    is_free = threading.Event()
    assert worker._budgets is not None
    monkeypatch.setattr(worker._budgets, "sweep", lambda: is_free.wait(30))
    saved: list[int] = []
    monkeypatch.setattr(worker._agents, "sweep", lambda: saved.append(1))
    asyncio.get_running_loop().set_default_executor(module.ThreadPoolExecutor(1))
    sweeping = [asyncio.create_task(task) for task in worker._sweeps()]
    try:
        async with asyncio.timeout(5):
            while len(saved) < 3:
                await asyncio.sleep(0.01)
    finally:
        is_free.set()
        for task in sweeping:
            task.cancel()
