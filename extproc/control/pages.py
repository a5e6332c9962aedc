"""The page at `/`: what this port is, and who is signed in. The console grows from here."""

from __future__ import annotations

from string import Template

_ABOUT = """<p>The control port of the policy server. Agents do not come here; they call the data
port.</p>
<ul>
<li><a href="/readyz">/readyz</a>: can it serve?</li>
<li><a href="/metrics">/metrics</a>: for Prometheus</li>
<li><a href="/.well-known/oauth-authorization-server">OAuth metadata</a>: where agents get
credentials</li>
</ul>
<p>Who is running, and what was asked: <code>extproc agents list</code> and
<code>extproc sessions list</code>.</p>"""

HOME = ("extproc", Template(_ABOUT + """<p><a href="/login">Sign in</a></p>"""))
HOME_OF = (
    "extproc",
    Template(
        _ABOUT
        + """<form method="post" action="/logout">
<p>Signed in as $who ($role). <button type="submit">Sign out</button></p>
</form>"""
    ),
)
