"""The pure core: no await, no clock, no randomness, no logging, no protobuf, no I/O.

Envoy's messages come in as events, answers go out as replies, and where the core needs the
world (a policy, a store) it hands back a question. So one whole exchange is a script.
"""
