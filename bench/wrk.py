"""wrk as the load generator, where somebody has it. Streams are still asked by bench.load.

It asks with one and the same prompt every time, so a system that remembers answers looks better.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bench.load import PATIENCE
from bench.processes import StartError, on_cores

_SCRIPT = """\
wrk.method = %(method)s
wrk.headers = {%(headers)s}
wrk.body = %(body)s
local threads = {}
function setup(thread) table.insert(threads, thread) end
function init() bad = 0 end
function response(status) if status ~= 200 then bad = bad + 1 end end
function done(summary, latency)
  local other = 0
  for _, thread in ipairs(threads) do other = other + thread:get("bad") end
  local broken = summary.errors.connect + summary.errors.read + summary.errors.write
  local shape = 'RESULT {"n": %%d, "us": %%d, "p50": %%f, "p99": %%f, "other": %%d, "cut": %%d, '
  io.write(string.format(shape .. '"late": %%d}\\n', summary.requests, summary.duration,
    latency:percentile(50), latency:percentile(99), other, broken, summary.errors.timeout))
end
"""


class Wrk:
    """Stands in for bench.run.Load."""

    def __init__(self, load: Any, directory: Path, cores: Sequence[int]) -> None:
        self._load = load
        self._script = directory / "ask.lua"
        self._cores = cores

    def run(self, port: int, request: bytes, connections: int, **limits: Any) -> dict[str, Any]:
        if limits.get("is_stream"):
            return self._load.run(port, request, connections, **limits)
        # wrk shows no answer; one of ours is what the proof looks at.
        one = self._load.run(port, request, 1, count=1)
        path, script = lua(request)
        self._script.write_text(script)
        seconds = max(1, round(limits["seconds"]))
        done = subprocess.run(
            [
                *("wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "10s"),
                *("--latency", "-s", str(self._script), f"http://127.0.0.1:{port}{path}"),
            ],
            capture_output=True,
            text=True,
            timeout=seconds + 2 * PATIENCE,
            check=False,
            preexec_fn=on_cores(self._cores),
        )
        return result(done.stdout, one["last"])


def lua(request: bytes) -> tuple[str, str]:
    """(path, script) for a request in bytes."""
    head, _, body = request.partition(b"\r\n\r\n")
    line, *rest = head.decode("latin-1").split("\r\n")
    method, path, _ = line.split(" ")
    headers = dict(each.split(": ", 1) for each in rest)
    # wrk counts the body by itself.
    headers.pop("content-length", None)
    values = {
        "method": json.dumps(method),
        "headers": ", ".join(f"[{_text(k)}] = {_text(v)}" for k, v in headers.items()),
        "body": _text(body.decode("utf-8")) if body else "nil",
    }
    return path, _SCRIPT % values


def _text(value: str) -> str:
    """A Lua string: JSON's escapes, of which ours use only the common ones."""
    if "\\u" in (text := json.dumps(value, ensure_ascii=False)):
        raise ValueError("a control character cannot be asked through wrk")
    return text


def result(output: str, last: str) -> dict[str, Any]:
    """What bench.load would have said. Raises StartError."""
    _, found, line = output.partition("RESULT ")
    if not found:
        raise StartError(f"wrk gave no result: {output[-300:]}")
    seen = json.loads(line)
    bad = {"not 200": seen["other"], "cut": seen["cut"], "late": seen["late"]}
    good = seen["n"] - seen["other"]
    return {
        "good": good,
        "bad": {why: number for why, number in bad.items() if number},
        "rps": good / (seen["us"] / 1e6),
        "p50_ms": seen["p50"] / 1e3,
        "p99_ms": seen["p99"] / 1e3,
        "last": last,
    }
