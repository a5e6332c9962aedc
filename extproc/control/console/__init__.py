"""The console: pages for people, rendered here, for those who have signed in.

Every page works without a script; a script only keeps it fresh, plays a stream, or takes a key.
What people look at and do is written down before they get to see it.
"""

from extproc.control.console.console import Console

__all__ = ["Console"]
