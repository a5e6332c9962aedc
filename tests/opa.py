"""A real OPA for the tests: from PATH, from .tools/, or built with Go.

`python -m tests.opa` builds it into .tools/ where there is Go and prints where it is; that takes a
minute on two cores, and no test starts it. Exit status 1 and one line say why there is none.
"""

from __future__ import annotations

import contextlib
import http.client
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

VERSION = "1.20.2"
TOOLS = Path(__file__).parent.parent / ".tools"
BUILD_SECONDS = 600
START_SECONDS = 20.0


def find_opa() -> Path | None:
    """One that is new enough: `import future.keywords.not` came with 1.20."""
    for candidate in (shutil.which("opa"), TOOLS / "opa"):
        if candidate and os.access(candidate, os.X_OK):
            shown = subprocess.run([candidate, "version"], capture_output=True, check=False)
            version = re.search(rb"Version: (\d+)\.(\d+)", shown.stdout)
            if version and (int(version[1]), int(version[2])) >= (1, 20):
                return Path(candidate)
    return None


def find_or_build_opa() -> Path | None:
    """None where there is neither OPA nor Go; raises CalledProcessError when Go fails."""
    found = find_opa()
    if found or not shutil.which("go"):
        return found
    TOOLS.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as directory:
        Path(directory, "go.mod").write_text(
            f"module opa\n\nrequire github.com/open-policy-agent/opa v{VERSION}\n"
        )
        # Into a directory of its own, then renamed: two builds at once leave one whole file.
        with tempfile.TemporaryDirectory(dir=TOOLS) as output:
            for command in (
                ["go", "get", f"github.com/open-policy-agent/opa@v{VERSION}"],
                ["go", "build", "-tags", "opa_no_oci", "-trimpath", "-ldflags", "-s -w",
                 "-o", f"{output}/opa", "github.com/open-policy-agent/opa"],
            ):  # fmt: skip
                subprocess.run(
                    command,
                    cwd=directory,
                    env={**os.environ, "GOFLAGS": "-mod=mod", "CGO_ENABLED": "0"},
                    check=True,
                    capture_output=True,
                    timeout=BUILD_SECONDS,
                )
            Path(output, "opa").replace(TOOLS / "opa")
    return find_opa()


@contextlib.contextmanager
def serving(opa: Path, *arguments: str) -> Iterator[str]:
    """`opa run --server` on a free port of loopback; its url, once it says that it is healthy."""
    with tempfile.TemporaryFile() as log:
        port = _free_port()
        process = subprocess.Popen(
            [str(opa), "run", "--server", "--addr", f"127.0.0.1:{port}",
             "--log-level", "error", "--skip-version-check", *arguments],
            stdout=log,
            stderr=log,
        )  # fmt: skip
        try:
            _wait_until_healthy(process, port, log)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.kill()
            process.wait()


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def _wait_until_healthy(process: subprocess.Popen[bytes], port: int, log: object) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(0.02)
            break
        with contextlib.suppress(OSError, http.client.HTTPException):
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=1)
            try:
                connection.request("GET", "/health")
                if connection.getresponse().status == 200:
                    return
            finally:
                connection.close()
    log.seek(0)  # type: ignore[attr-defined]
    raise RuntimeError(f"opa did not start: {log.read().decode()}")  # type: ignore[attr-defined]


def main() -> int:
    try:
        opa = find_or_build_opa()
    except subprocess.CalledProcessError as error:
        print(f"no opa: {error.stderr.decode().strip().splitlines()[-1:]}", file=sys.stderr)
        return 1
    except subprocess.TimeoutExpired:
        print(f"no opa: Go took longer than {BUILD_SECONDS} s", file=sys.stderr)
        return 1
    if opa is None:
        print("no opa: neither opa nor go is on PATH", file=sys.stderr)
        return 1
    print(opa)
    return 0


if __name__ == "__main__":
    sys.exit(main())
