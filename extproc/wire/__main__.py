"""Rewrites envoy.binpb after an update of envoy-data-plane: `python -m extproc.wire`."""

from pathlib import Path

from extproc.wire.schema import build

if __name__ == "__main__":
    target = Path(__file__).with_name("envoy.binpb")
    target.write_bytes(build())
    print(f"{target}: {target.stat().st_size} bytes")
