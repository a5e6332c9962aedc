"""All pages of the console, put together."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from starlette.routing import Route

from extproc.config import Config
from extproc.control.console.assets import Assets
from extproc.control.console.door import Door, RoleOf
from extproc.control.console.held import HeldCalls
from extproc.control.console.now import Now
from extproc.control.console.pulse import Pulse
from extproc.control.console.records import Records
from extproc.control.console.running import Roster, Running
from extproc.control.console.state import Keeping, State
from extproc.core.identity import Agent
from extproc.service.approvals import Desk, Terms
from extproc.service.browsing import Browsing
from extproc.service.events import Events
from extproc.service.people import Sessions
from extproc.service.standing import Standing


class Console:
    def __init__(
        self,
        config: Config,
        *,
        role_of: RoleOf,
        events: Events,
        roster: Roster,
        document: Callable[[Agent], dict[str, Any]],
        standing: Standing,
        sessions: Sessions,
        desk: Desk,
        browsing: Browsing,
        keeping: Callable[[], Keeping],
    ) -> None:
        """`role_of` is `SignIn.role_of`. Whoever serves this calls `pulse.take` once a second, and
        `pulse.close` when it ends.
        """
        self.pulse = Pulse()
        self._assets = Assets()
        door = Door(role_of, events, self._assets)
        self._parts = (
            HeldCalls(door, desk, Terms.of(config), self.pulse),
            Now(door, role_of, roster, self.pulse, config.agents),
            Running(door, roster, document, standing, sessions, config.agents),
            Records(door, browsing),
            State(door, browsing, config.policy, keeping),
        )

    def routes(self) -> list[Route]:
        parts = (self._assets, *self._parts)
        return [route for part in parts for route in part.routes()]
