"""Scripts and styles, from the package: each under a name that changes with its content."""

from __future__ import annotations

import hashlib
from importlib.resources import files

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

_TYPES = {
    ".js": "text/javascript",
    ".css": "text/css",
    ".svg": "image/svg+xml",
    ".txt": "text/plain",
}
_FOR_EVER = "public, max-age=31536000, immutable"


class Assets:
    def __init__(self) -> None:
        self._files = {
            entry.name: entry.read_bytes()
            for entry in files(__package__).joinpath("static").iterdir()
            if entry.is_file()
        }
        self._digests = {
            name: hashlib.sha256(content).hexdigest()[:16] for name, content in self._files.items()
        }

    def url(self, name: str) -> str:
        """Raises KeyError for a name that is not there."""
        return f"/static/{self._digests[name]}/{name}"

    def routes(self) -> list[Route]:
        return [
            Route("/static/{digest}/{name}", self._serve),
            # What browsers ask for by themselves, on pages that name no icon.
            Route("/favicon.ico", self._icon),
        ]

    async def _icon(self, _: Request) -> Response:
        return Response(self._files["icon.svg"], media_type=_TYPES[".svg"])

    async def _serve(self, request: Request) -> Response:
        name = request.path_params["name"]
        if self._digests.get(name) != request.path_params["digest"]:
            return PlainTextResponse("not found", 404)
        kind = _TYPES[name[name.rfind(".") :]]
        return Response(self._files[name], media_type=kind, headers={"cache-control": _FOR_EVER})
