"""The event loop of the load, the upstream and the floor: the one that a worker runs on."""

from __future__ import annotations

from collections.abc import Coroutine
from typing import Any

import uvloop


def run(main: Coroutine[Any, Any, Any]) -> Any:
    return uvloop.run(main)
