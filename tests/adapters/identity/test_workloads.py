"""Tokens of programs, bound to the service account, workflow or SPIFFE id of the configuration."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extproc.adapters.identity.claims import matches_path
from extproc.service.subjects import TokenType
from tests.adapters.identity.conftest import Trusting, refused
from tests.adapters.identity.provider import NOW, START, Provider, sign

TIMES = {"iat": START, "nbf": START, "exp": START + 300}

POD = {
    "aud": ["us"],
    "sub": "system:serviceaccount:ml:trainer",
    "kubernetes.io": {
        "namespace": "ml",
        "serviceaccount": {"name": "trainer", "uid": "1"},
        "pod": {"name": "trainer-0", "uid": "2"},
    },
}
JOB = {
    "aud": "us",
    "sub": "repo:acme/app:ref:refs/heads/main",
    "repository": "acme/app",
    "repository_id": "42",
    "job_workflow_ref": "acme/app/.github/workflows/ci.yml@refs/heads/main",
    "environment": "production",
}
PIPELINE = {
    "aud": "us",
    "sub": "project_path:acme/app:ref_type:branch:ref:main",
    "project_path": "acme/app",
    "project_id": "42",
    "ci_config_ref_uri": "gitlab.example/acme/app//.gitlab-ci.yml@refs/heads/main",
    "ref_protected": "true",
    "environment": "production",
}
SVID = {"aud": "us", "sub": "spiffe://example.org/ns/ml/sa/agent"}

CLAIMS = {"kubernetes": POD, "github": JOB, "gitlab": PIPELINE, "spiffe": SVID}
SOURCES: dict[str, dict[str, Any]] = {
    "kubernetes": {"service_accounts": ["ml/train*", "prod/agent"]},
    "github": {
        "repositories": ["42"],
        "workflows": ["acme/*/.github/workflows/ci.yml@refs/heads/main"],
        "environments": ["production"],
    },
    "gitlab": {
        "projects": ["acme/app"],
        "workflows": ["gitlab.example/acme/app//.gitlab-ci.yml@refs/heads/**"],
    },
    "spiffe": {"trust_domain": "example.org", "ids": ["spiffe://example.org/ns/*/sa/agent"]},
}


def source(kind: str, provider: Provider, **more: Any) -> dict[str, Any]:
    made = {"name": kind, "audience": "us", **SOURCES[kind], **more}
    if kind == "spiffe":
        made["jwks"] = f"{provider.issuer}/jwks"
    else:
        made["issuer"] = provider.issuer
    return made


def token_of(kind: str, provider: Provider, **changed: Any) -> str:
    """A claim that is changed to `...` is left out."""
    claims = TIMES | CLAIMS[kind] | ({} if kind == "spiffe" else {"iss": provider.issuer}) | changed
    return sign({name: value for name, value in claims.items() if value is not ...})


@pytest.mark.parametrize(
    ("kind", "subject"),
    [
        ("kubernetes", "system:serviceaccount:ml:trainer"),
        ("github", "repo:acme/app:workflow:acme/app/.github/workflows/ci.yml"),
        ("gitlab", "project:acme/app:workflow:gitlab.example/acme/app//.gitlab-ci.yml"),
        ("spiffe", "spiffe://example.org/ns/ml/sa/agent"),
    ],
)
async def test_who_a_program_is(
    trusting: Trusting, provider: Provider, kind: str, subject: str
) -> None:
    subjects = trusting({kind: [source(kind, provider, prefix="p:", groups=["robots"])]})
    found = await subjects.verify(token_of(kind, provider), TokenType.JWT, NOW)
    assert (found.subject, found.source, found.groups) == (f"p:{subject}", kind, ("robots",))
    assert found.issuer == ("spiffe://example.org" if kind == "spiffe" else provider.issuer)
    assert found.claims["sub"] == CLAIMS[kind]["sub"]


def account(namespace: str, name: str) -> dict[str, Any]:
    return {"namespace": namespace, "serviceaccount": {"name": name}}


@pytest.mark.parametrize(
    ("kind", "changed", "why"),
    [
        pytest.param("kubernetes", {"sub": "system:serviceaccount:kube-system:trainer"}, "bound to",
                     id="a subject of another namespace"),
        pytest.param("kubernetes", {"sub": "system:node:one"}, "service account", id="a node"),
        pytest.param("kubernetes", {"sub": "system:serviceaccount:ml:a:b"}, "service account",
                     id="a subject of too many parts"),
        pytest.param("kubernetes", {"kubernetes.io": ...}, "not bound", id="no binding"),
        pytest.param("kubernetes", {"kubernetes.io": {"namespace": "ml"}}, "not bound",
                     id="half a binding"),
        pytest.param("kubernetes", {"kubernetes.io": account("ml", "other")}, "bound to",
                     id="another binding"),
        pytest.param("kubernetes", {"sub": "system:serviceaccount:ml:other",
                                    "kubernetes.io": account("ml", "other")}, "not one",
                     id="another account"),
        pytest.param("kubernetes", {"sub": "system:serviceaccount:xml:trainer",
                                    "kubernetes.io": account("xml", "trainer")}, "not one",
                     id="a namespace with the same end"),
        pytest.param("kubernetes", {"exp": ...}, "no exp", id="a service account's eternal token"),
        pytest.param("github", {"repository_id": "43"}, "repository", id="another repository"),
        pytest.param("github", {"repository_id": 42}, "repository", id="a number that is no text"),
        pytest.param("github", {"repository_id": "43", "repository": "42"}, "repository",
                     id="a repository that is named like a number"),
        pytest.param("github", {"repository": ...}, "its repository", id="no repository"),
        pytest.param("github", {"job_workflow_ref": ...}, "workflow", id="no workflow"),
        pytest.param("github", {"job_workflow_ref": JOB["job_workflow_ref"] + "2"}, "workflow",
                     id="another branch"),
        pytest.param(
            "github",
            {"job_workflow_ref": "acme/app/.github/workflows/evil.yml@refs/heads/x"
                                 "/.github/workflows/ci.yml@refs/heads/main"},
            "workflow", id="a branch that is named like a workflow"),
        pytest.param("github", {"environment": "staging"}, "environment", id="an environment"),
        pytest.param("github", {"environment": ...}, "environment", id="no environment"),
        pytest.param("gitlab", {"project_path": "acme/other"}, "project", id="another project"),
        pytest.param("gitlab", {"ref_protected": "false"}, "protected", id="an open branch"),
        pytest.param("gitlab", {"ref_protected": ...}, "protected", id="no word on the branch"),
        pytest.param("gitlab", {"ci_config_ref_uri": None}, "configuration", id="no configuration"),
        pytest.param("gitlab", {"ci_config_ref_uri": "gitlab.example/acme/app//x.yml@refs/heads/m"},
                     "configuration", id="another configuration"),
        pytest.param("spiffe", {"sub": "spiffe://example.com/ns/ml/sa/agent"}, "trusted",
                     id="another trust domain"),
        pytest.param("spiffe", {"sub": "spiffe://example.org.evil/ns/ml/sa/agent"}, "trusted",
                     id="a trust domain with the same beginning"),
        pytest.param("spiffe", {"sub": "spiffe://example.org/ns/a/b/sa/agent"}, "SPIFFE id",
                     id="a longer path"),
        pytest.param("spiffe", {"sub": "spiffe://example.org/ns/../sa/agent"}, "trust domain",
                     id="a path that goes up"),
        pytest.param("spiffe", {"sub": "spiffe://example.org/ns//sa/agent"}, "trust domain",
                     id="an empty segment"),
        pytest.param("spiffe", {"sub": "spiffe://example.org/ns/%6dl/sa/agent"}, "trust domain",
                     id="an escaped path"),
        pytest.param("spiffe", {"aud": ["us", "them"]}, "audience", id="two audiences"),
        *(
            pytest.param(kind, {"aud": "them"}, "audience", id=f"another audience of {kind}")
            for kind in CLAIMS
        ),
        *(
            pytest.param(kind, {"exp": START}, "expired", id=f"an old token of {kind}")
            for kind in CLAIMS
        ),
        *(
            pytest.param(kind, {"sub": 1} if kind in ("kubernetes", "spiffe") else {"iss": 1},
                         "", id=f"a number for a name of {kind}")
            for kind in CLAIMS
        ),
    ],
)  # fmt: skip
async def test_a_program_that_is_refused(
    trusting: Trusting, provider: Provider, kind: str, changed: dict[str, Any], why: str
) -> None:
    subjects = trusting({kind: [source(kind, provider)]})
    await refused(subjects.verify(token_of(kind, provider, **changed), TokenType.JWT, NOW), why)


@pytest.mark.parametrize(
    ("kind", "given", "typ", "taken"),
    [
        ("kubernetes", TokenType.JWT, None, True),
        ("kubernetes", TokenType.ID_TOKEN, None, False),
        ("kubernetes", TokenType.JWT, "at+jwt", False),
        ("github", TokenType.ID_TOKEN, "JWT", True),
        ("github", TokenType.ACCESS_TOKEN, "JWT", False),
        ("gitlab", TokenType.ID_TOKEN, "JWT", True),
        ("gitlab", TokenType.JWT, "JOSE", False),
        ("spiffe", TokenType.JWT, "JOSE", True),
        ("spiffe", TokenType.JWT, "logout+jwt", False),
        ("spiffe", TokenType.ACCESS_TOKEN, "JWT", False),
    ],
)
async def test_the_kinds_of_token_of_a_program(
    trusting: Trusting,
    provider: Provider,
    kind: str,
    given: TokenType,
    typ: str | None,
    taken: bool,
) -> None:
    subjects = trusting({kind: [source(kind, provider)]})
    claims = TIMES | CLAIMS[kind] | ({} if kind == "spiffe" else {"iss": provider.issuer})
    verifying = subjects.verify(sign(claims, typ=typ), given, NOW)
    if taken:
        assert (await verifying).source == kind
    else:
        await refused(verifying, "")


async def test_the_first_entry_whose_conditions_hold_counts(
    trusting: Trusting, provider: Provider
) -> None:
    subjects = trusting(
        {
            "github": [
                source("github", provider, name="a", repositories=["7"], groups=["a"]),
                source("github", provider, name="b", groups=["b"]),
                source("github", provider, name="c", groups=["c"]),
            ]
        }
    )
    found = await subjects.verify(token_of("github", provider), TokenType.JWT, NOW)
    assert found.groups == ("b",)
    wrong = token_of("github", provider, environment="staging")
    await refused(subjects.verify(wrong, TokenType.JWT, NOW), "its repository")
    assert provider.asked["jwks"] == 1


async def test_a_branch_that_is_not_protected_by_configuration(
    trusting: Trusting, provider: Provider
) -> None:
    subjects = trusting({"gitlab": [source("gitlab", provider, protected_only=False)]})
    token = token_of("gitlab", provider, ref_protected="false")
    assert (await subjects.verify(token, TokenType.JWT, NOW)).source == "gitlab"


@pytest.mark.parametrize(
    ("path", "glob", "is_matched"),
    [
        ("ml/trainer", "ml/*", True),
        ("ml/trainer", "*/trainer", True),
        ("ml/trainer", "*", False),
        ("ml/trainer", "**", True),
        ("ml/a/b", "ml/*", False),
        ("ml/a/b", "ml/**", True),
        ("ml", "ml/**", False),
        ("ml/", "ml/**", False),
        ("ml//b", "ml/**", False),
        ("ML/trainer", "ml/*", False),
        ("a/b/c", "**/c", False),
        ("ml/trainer\n", "ml/*", False),
        (None, "*", False),
        (["ml/trainer"], "ml/*", False),
    ],
)
def test_globs_of_paths(path: Any, glob: str, is_matched: bool) -> None:
    assert matches_path(path, [glob]) is is_matched


SEGMENT = st.text(st.sampled_from("ab*?.@-"), min_size=1, max_size=4)


@given(st.lists(SEGMENT, min_size=1, max_size=4), st.lists(SEGMENT, min_size=1, max_size=6))
def test_a_glob_without_a_rest_matches_paths_of_its_own_length_alone(
    globs: list[str], segments: list[str]
) -> None:
    if globs[-1] != "**" and matches_path("/".join(segments), ["/".join(globs)]):
        assert len(globs) == len(segments)
