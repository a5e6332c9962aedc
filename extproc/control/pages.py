"""The page at `/`: what this port is. The console grows from here."""

HOME = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>extproc</title>
</head>
<body>
<main>
<h1>extproc</h1>
<p>The control port of the policy server. Agents do not come here; they call the data port.</p>
<ul>
<li><a href="/readyz">/readyz</a>: can it serve?</li>
<li><a href="/metrics">/metrics</a>: for Prometheus</li>
<li><a href="/.well-known/oauth-authorization-server">OAuth metadata</a>: where agents get
credentials</li>
</ul>
<p>Who is running, and what was asked: <code>extproc agents list</code> and
<code>extproc sessions list</code>.</p>
</main>
</body>
</html>
"""
