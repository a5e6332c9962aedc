"""The pages of signing in and out. No script, and no style from elsewhere."""

from __future__ import annotations

from html import escape
from string import Template

from starlette.responses import HTMLResponse

from extproc.control.console.assets import Assets

_ASSETS = Assets()
_PAGE = Template("""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>extproc: $title</title>
<link rel="icon" href="$icon">
<link rel="stylesheet" href="$pico">
<link rel="stylesheet" href="$style">
</head>
<body>
<main class="container">
<h1>$title</h1>
$body
</main>
</body>
</html>
""")

SIGN_IN = (
    "Sign in",
    Template("""$why
<form method="post" action="/login">
<input type="hidden" name="next" value="$next">
<p><label for="credential">The credential that <code>extproc up</code> printed</label></p>
<p><input id="credential" name="credential" type="password" autocomplete="off" required></p>
<p><button type="submit">Sign in</button></p>
</form>"""),
)
FAILED = ("Not signed in", Template("""$why\n<p><a href="/login">Sign in</a></p>"""))
SIGNED_OUT = ("Signed out", Template("""$further\n<p><a href="/login">Sign in</a></p>"""))

_HEADERS = {
    # As the control port's own, but that a form may be sent to it.
    "content-security-policy": "default-src 'none'; style-src 'self'; img-src 'self' data:; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    # Under `no-referrer` a browser hides where a form comes from (`Origin: null`), also from us.
    "referrer-policy": "same-origin",
}


def page(
    kind: tuple[str, Template],
    status: int = 200,
    *,
    why: str = "",
    next: str = "/",
    further: str = "",
) -> HTMLResponse:
    """`why`: what went wrong. `next`: where to go from the form. `further`: where the session at
    the provider can be ended."""
    title, body = kind
    filled = body.substitute(
        why=f'<p role="alert">{escape(why)}</p>' if why else "",
        next=escape(next),
        further=f'<p><a href="{escape(further)}">Sign out at the identity provider too</a></p>'
        if further
        else "<p>Your session here is over.</p>",
    )
    return HTMLResponse(
        _PAGE.substitute(
            title=title,
            body=filled,
            icon=_ASSETS.url("icon.svg"),
            pico=_ASSETS.url("pico-2.1.1.min.css"),
            style=_ASSETS.url("console.css"),
        ),
        status,
        headers=_HEADERS,
    )
