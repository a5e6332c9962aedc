"""Tokens of programs: service accounts, pipelines, SPIFFE. Who they say it is, once their signature
and their audience are known to be right.

Each function takes the claims and the source, and gives a Subject or Refused.
"""

from __future__ import annotations

import re
from typing import Any

from extproc import config
from extproc.adapters.identity.claims import Claims, is_word, matches_path, text_of
from extproc.adapters.identity.token import invalid
from extproc.core.identity import Subject

_PROTOCOL = ("nonce", "at_hash", "c_hash", "s_hash")
_SERVICE_ACCOUNT = re.compile(r"system:serviceaccount:([^:/]+):([^:/]+)")
_SPIFFE_PATH = re.compile(r"(/[A-Za-z0-9._-]+)+")


def kubernetes(claims: Claims, source: config.Kubernetes) -> Subject:
    """A projected service account token. The subject is `system:serviceaccount:NAMESPACE:NAME`,
    and the claim `kubernetes.io` must say the same."""
    account = _SERVICE_ACCOUNT.fullmatch(text_of(claims, "sub"))
    if account is None:
        raise invalid("it is not of a service account")
    bound = claims.get("kubernetes.io")
    named = bound.get("serviceaccount") if isinstance(bound, dict) else None
    if not isinstance(bound, dict) or not isinstance(named, dict):
        raise invalid("it is not bound to a service account")
    if (bound.get("namespace"), named.get("name")) != account.groups():
        raise invalid("its subject is not the service account that it is bound to")
    if not matches_path(f"{account[1]}/{account[2]}", source.service_accounts):
        raise invalid("its service account is not one that is taken here")
    return subject_of(source, account[0], claims, source.issuer, "kubernetes")


def github(claims: Claims, source: config.Github) -> Subject:
    """A job of GitHub Actions. The subject is `repo:OWNER/NAME:workflow:PATH`, the workflow being
    the file that runs, without its ref: `sub` changes with the branch and can be customized."""
    repository = text_of(claims, "repository")
    if not _is_listed(source.repositories, claims.get("repository_id"), repository):
        raise invalid("its repository is not one that is taken here")
    workflow = claims.get("job_workflow_ref")
    if not matches_path(workflow, source.workflows):
        raise invalid("its workflow is not one that is taken here")
    _check_environment(claims, source.environments)
    name = f"repo:{repository}:workflow:{str(workflow).partition('@')[0]}"
    return subject_of(source, name, claims, source.issuer, "github")


def gitlab(claims: Claims, source: config.Gitlab) -> Subject:
    """A job of GitLab CI. The subject is `project:PATH:workflow:CONFIGURATION`, without its ref."""
    project = text_of(claims, "project_path")
    if not _is_listed(source.projects, claims.get("project_id"), project):
        raise invalid("its project is not one that is taken here")
    workflow = claims.get("ci_config_ref_uri")
    if not matches_path(workflow, source.workflows):
        raise invalid("its pipeline configuration is not one that is taken here")
    _check_environment(claims, source.environments)
    if source.protected_only and claims.get("ref_protected") not in ("true", True):
        raise invalid("its branch or tag is not protected")
    name = f"project:{project}:workflow:{str(workflow).partition('@')[0]}"
    return subject_of(source, name, claims, source.issuer, "gitlab")


def spiffe(claims: Claims, source: config.Spiffe) -> Subject:
    """A JWT-SVID. The subject is the SPIFFE id."""
    id = text_of(claims, "sub")
    root = f"spiffe://{source.trust_domain}"
    path = id.removeprefix(root)
    if path == id or not _SPIFFE_PATH.fullmatch(path) or {".", ".."} & set(path.split("/")):
        raise invalid("it is not of the trust domain")
    if not matches_path(id, source.ids):
        raise invalid("its SPIFFE id is not one that is taken here")
    return subject_of(source, id, claims, root, "spiffe")


def subject_of(
    source: config.Source,
    name: str,
    claims: Claims,
    issuer: str,
    kind: str,
    *,
    groups: tuple[str, ...] = (),
    session: str = "",
    client_id: str = "",
) -> Subject:
    """A Subject as the configuration names it: the source's prefix before its own name and
    `groups` as given; then the groups that the configuration adds, which are named there in
    full."""
    subject = source.prefix + name
    if not is_word(subject):
        raise invalid("its subject is not 1 to 256 printable characters")
    return Subject(
        subject=subject,
        issuer=issuer,
        source=kind,
        groups=tuple(dict.fromkeys((*groups, *source.groups))),
        models=source.models,
        session=session,
        client_id=client_id,
        claims={key: value for key, value in claims.items() if key not in _PROTOCOL},
    )


def _is_listed(listed: tuple[str, ...], number: Any, path: str) -> bool:
    """A number is compared with the number alone: somebody could be named like one."""
    return any(number == one if one.isdecimal() else path == one for one in listed)


def _check_environment(claims: Claims, environments: tuple[str, ...]) -> None:
    if environments and claims.get("environment") not in environments:
        raise invalid("its environment is not one that is taken here")
