"""The pure core: no await, no clock, no randomness, no logging, no protobuf, no I/O.

Envoy's messages come in as events, answers go out as replies, and where the core needs the
world (a policy, a store) it hands back a question. So one whole exchange is a script.
"""

from __future__ import annotations

from importlib.util import find_spec


def is_compiled() -> bool:
    """Whether machine code stands in for the sources, which native.py makes of them."""
    spec = find_spec("extproc.core.exchange")
    return spec is not None and not str(spec.origin).endswith(".py")
