"""Names of our own: header fields, and the paths of the control port on the data port."""

from __future__ import annotations

UPSTREAM_HEADER = "x-extproc-upstream"
EXCHANGE_HEADER = "x-extproc-exchange-id"
DECISION_HEADER = "x-extproc-decision-id"
# The upstream filters put this on every answer of an upstream and on nothing else, so an answer
# without it is Envoy's own: no connection, no healthy host, a reset before the first byte.
UPSTREAM_MARK = "x-extproc-answered"

DATA_PORT_PATHS = (
    "/oauth2/token",
    "/oauth2/revoke",
    "/.well-known/oauth-authorization-server",
    "/.well-known/jwks.json",
)
"""Of the control port, those that are served on the data port too: what an agent itself needs."""
CERTIFICATE_HEADER = "x-extproc-client-certificate"
"""On these paths: the client certificate's SHA-256, hexadecimal, from Envoy to the control port."""
SCHEME_HEADER = "x-extproc-client-scheme"
"""On these paths: http or https, as the client used it."""
ADDRESS_HEADER = "x-extproc-client-address"
"""On these paths: the client's address, as ext_authz is told it for a call."""
