"""Rego: the same policies in this process (regorus) and at an OPA server, behind one port.

Both give the entrypoint's value and judge nothing; core.decision reads it. Both fail closed:
undefined, an error, a panic and a late answer are Unavailable("policy"). The OPA engine is in
`rego.opa`, apart because its HTTP client takes longer to import than all the rest.
"""

from extproc.adapters.rego.bundle import PolicyError
from extproc.adapters.rego.embedded import EmbeddedEngine, check_policies

__all__ = ["EmbeddedEngine", "PolicyError", "check_policies"]
