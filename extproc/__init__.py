"""extproc: the policy server behind Envoy for language-model traffic.

The rooms, outermost first; imports run one way, kept by import-linter:

    cli       the commands: parse, call, print
    checks, supervisor   `extproc check` and `extproc up`
    server, worker       the control process, and the processes that answer Envoy
    app, engines         what those share; what calls are decided with, from a Config
    wire      Envoy's messages and the gRPC transports
    adapters  one outside thing each: Rego engines, stores, metrics, the local authority
    control   the HTTP side: tokens, API, health, metrics
    service   the numbered phases of one call; knows ports, not transports
    core      pure: events in, replies and questions out
"""

__version__ = "0.1.0"
