"""What is wrong with the configured receivers of webhooks beyond the types of their fields: nobody
is told in the clear, and nobody is vouched for who could not decide.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from extproc.sources import address_mistakes

if TYPE_CHECKING:
    from extproc.config import Config

MOST_RECEIVERS = 20
WHERE = "$.approvals.webhooks"


def receiver_mistakes(config: Config) -> list[str]:
    """Every mistake of $.approvals.webhooks, each `path: what is wrong`."""
    errors: list[str] = []
    chosen = config.approvals.webhooks
    if len(chosen) > MOST_RECEIVERS:
        errors.append(f"{WHERE}: more than {MOST_RECEIVERS}")
    roles = config.console.roles
    approvers = {*roles.approver, *roles.admin}
    for index, webhook in enumerate(chosen):
        where = f"{WHERE}[{index}]"
        if not is_reference(webhook.url):
            errors += [f"{where}.url: {wrong}" for wrong in address_mistakes(webhook.url)]
        if webhook.url in {earlier.url for earlier in chosen[:index]}:
            errors.append(f"{where}.url: is used twice")
        if not webhook.events:
            errors.append(f"{where}.events: at least one is needed")
        if len(set(webhook.events)) < len(webhook.events):
            errors.append(f"{where}.events: one is named twice")
        if webhook.callback is not None and approvers.isdisjoint(webhook.callback.groups):
            errors.append(
                f"{where}.callback.groups: none has a role in $.console.roles that may approve"
            )
    return errors


def is_reference(url: str) -> bool:
    return url.startswith(("file:", "env:"))
