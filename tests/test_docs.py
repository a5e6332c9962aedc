"""The documentation is true: what is there is documented, and what is documented is there.

`python -m tests.test_docs` writes envoy/envoy.json anew.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import typing
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import msgspec
import pytest
import typer
import yaml

import extproc.cli
from extproc import config
from extproc.adapters.metrics import Metrics
from extproc.adapters.rego import EmbeddedEngine, check_policies
from extproc.app import not_built_yet, socket_paths
from extproc.config import Config, Console
from extproc.config import Identity as Identities
from extproc.control.callback import CallbackEndpoint
from extproc.control.console import Console as Pages
from extproc.control.lifecycle import LifecycleEndpoints
from extproc.control.sign_in import SignIn
from extproc.control.subjects import SubjectEndpoints
from extproc.control.token import TokenEndpoint
from extproc.control.web import Control
from extproc.core.call import Call, write_call
from extproc.core.decision import STATUS, Code, Phase, Refusal, read_policy_result
from extproc.core.events import RequestBody, RequestHeaders
from extproc.core.exchange import TRANSITIONS, Exchange, State
from extproc.core.field_names import DATA_PORT_PATHS
from extproc.core.identity import Identity
from extproc.core.llm.routes import OPERATIONS, read_route
from extproc.core.masking import Masker
from extproc.core.masking.detectors import DETECTORS
from extproc.core.masking.detectors.detector import PROFILES
from extproc.core.plugin_result import read_plugin_result
from extproc.core.policy_input import HttpRequest, authz_input
from extproc.core.record import EventKind, Outcome
from extproc.core.replies import Evaluate
from extproc.core.rules import Destination, Rules
from extproc.engines import entrypoints
from extproc.supervisor import envoy_binary
from extproc.wire.bootstrap import bootstrap, key_references, to_json
from tests.certificates import Authority
from tests.engines import Given
from tests.playbook import FixedClock

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()
PAGES = {
    path.relative_to(ROOT).as_posix(): path.read_text()
    for path in [
        ROOT / "README.md",
        ROOT / "CHANGELOG.md",
        ROOT / "envoy/README.md",
        ROOT / "deploy/README.md",
        *sorted((ROOT / "docs").glob("*.md")),
    ]
}
ENVOY_CONFIG = ROOT / "envoy/extproc.yaml"
ENVOY_JSON = ROOT / "envoy/envoy.json"


# -- reading a page ----------------------------------------------------------------------------


@dataclass
class Block:
    page: str
    heading: str
    language: str
    text: str
    table: list[list[str]]
    """The rows of the table that follows, if one does before the next block or heading."""


_FENCE = re.compile(r"^( *)```(\w*)\n(.*?)^\1```\n", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"`([^`]+)`")


def blocks(page: str) -> Iterator[Block]:
    text = PAGES[page]
    fences = list(_FENCE.finditer(text))
    for index, fence in enumerate(fences):
        end = fences[index + 1].start() if index + 1 < len(fences) else len(text)
        after = text[fence.end() : end].partition("\n#")[0]
        headings = re.findall(r"^#+ (.*)$", text[: fence.start()], re.MULTILINE)
        inside = re.sub(rf"^{fence[1]}", "", fence[3], flags=re.MULTILINE)
        yield Block(page, headings[-1], fence[2], inside, rows(after))


def section(page: str, heading: str) -> str:
    """What stands under a heading, up to the next of the same or a higher level."""
    text = _FENCE.sub("", PAGES[page])
    found = re.search(rf"^(#+) {re.escape(heading)}\n", text, re.MULTILINE)
    assert found, f"{page} has no heading {heading!r}"
    return re.split(rf"^#{{1,{len(found[1])}}} ", text[found.end() :], flags=re.MULTILINE)[0]


def rows(text: str) -> list[list[str]]:
    """The cells of every table row, headings and rulers left out."""
    lines = [line for line in text.splitlines() if line.startswith("|")]
    found = []
    for line, following in zip(lines, [*lines, ""][1:], strict=True):
        is_ruler = set(line) <= set("|- ")
        is_heading = bool(following) and set(following) <= set("|- ")
        if not is_ruler and not is_heading:
            # A bar inside code belongs to the cell.
            whole = _CODE.sub(lambda code: code[0].replace("|", "\0"), line)
            found.append([c.strip().replace("\0", "|") for c in whole.strip("|").split("|")])
    return found


def table(page: str, heading: str) -> list[list[str]]:
    found = rows(section(page, heading))
    assert found, f"{page} has no table under {heading!r}"
    return found


def named(cell: str) -> list[str]:
    return _CODE.findall(cell)


def first_column(page: str, heading: str) -> list[str]:
    return [name for row in table(page, heading) for name in named(row[0])]


def same(documented: list[str], there: typing.Iterable[str]) -> None:
    assert len(documented) == len(set(documented)), "documented twice"
    assert set(documented) == set(there)


# -- README: configuration ---------------------------------------------------------------------


def keys(struct: Any, prefix: str = "") -> Iterator[tuple[str, Any]]:
    """(dotted key, default) of every setting; `[]` stands for the items of a list."""
    for field in msgspec.structs.fields(struct):
        name = prefix + field.name
        inner, is_list = _struct_in(field.type)
        default = "required" if field.default is msgspec.NODEFAULT else field.default
        if field.default_factory is dict:
            default = {}
        if inner is None or is_list or default is None:
            yield name, default
        if inner is not None:
            yield from keys(inner, f"{name}[]." if is_list else f"{name}.")


def _struct_in(kind: Any) -> tuple[Any, bool]:
    for candidate in (kind, *typing.get_args(kind)):
        if isinstance(candidate, type) and issubclass(candidate, msgspec.Struct):
            return candidate, typing.get_origin(kind) is tuple
    return None, False


def shown(default: Any) -> str:
    if default == "required":
        return "required"
    if default in (None, ""):
        return "none"
    if isinstance(default, tuple):
        return f"`[{', '.join(default)}]`"
    if isinstance(default, bool):
        return f"`{str(default).lower()}`"
    return f"`{default}`"


def settings_table() -> Iterator[list[str]]:
    """(key, default, meaning) of both pages; `identity.*[].` stands for every kind of source."""
    kinds = [field.name for field in msgspec.structs.fields(Identities)]
    for page in ("README.md", "docs/identities.md"):
        for row in table(page, "Configuration"):
            (name,) = named(row[0])
            if name == "identity.*":
                continue  # where the other page is
            for kind in kinds if "*" in name else [""]:
                yield [name.replace("*", kind), *row[1:]]


def test_every_key_of_the_configuration() -> None:
    documented = list(settings_table())
    same([name for name, _, _ in documented], dict(keys(Config)))
    assert {name: default for name, default, _ in documented} == {
        name: shown(default) for name, default in keys(Config)
    }


IMPOSSIBLE: dict[str, dict[str, Any]] = {
    "transport": {"transport": "nghttp2"},
    "workers": {"workers": 2},
    "audit.durability": {"audit": {"durability": "async"}},
    "audit.retention": {"audit": {"retention": "30d"}},
    "approvals.hold": {"approvals": {"hold": "30s"}},
    "approvals.ttl": {"approvals": {"ttl": "1m"}},
    "approvals.grant_ttl": {"approvals": {"grant_ttl": "1m"}},
    "identity.oidc": {
        "identity": {"oidc": [{"name": "a", "issuer": "https://a", "audience": "b"}]}
    },
    "identity.saml": {"identity": {"saml": [{"name": "a", "metadata": "file:b", "audience": "c"}]}},
    "credentials.binding": {"credentials": {"binding": "dpop"}},
    "store.url": {"store": {"url": "postgresql://a/b"}},
}
"""A value that this version may not be able to serve, by key."""


@pytest.mark.parametrize("key", IMPOSSIBLE)
def test_what_is_not_built_yet_is_said(key: str) -> None:
    says_so = next("not built yet" in row[2] for row in settings_table() if row[0] == key)
    assert says_so == bool(not_built_yet(config.parse(IMPOSSIBLE[key])))


def test_every_example_of_a_configuration_is_one() -> None:
    for page in PAGES:
        for block in blocks(page):
            if block.language == "yaml":
                config.parse(yaml.safe_load(block.text))


# -- README: codes, metrics --------------------------------------------------------------------


def test_every_code() -> None:
    documented = table("README.md", "Codes")
    same([named(row[1])[0] for row in documented], Code)
    for status, code, _, waiting in documented:
        refusal = Refusal(Code(named(code)[0]), "")
        assert (int(status), waiting) == (
            STATUS[refusal.code],
            "yes" if refusal.is_cured_by_waiting else "no",
        )


def test_every_metric() -> None:
    there = {
        metric.name + ("_total" if metric.kind == "counter" else ""): list(metric.labels)
        for metric in Metrics().all.values()
    }
    documented = {named(row[0])[0]: named(row[1]) for row in table("README.md", "Metrics")}
    assert documented == there


# -- README: commands --------------------------------------------------------------------------


def commands() -> dict[str, click.Command]:
    found: dict[str, click.Command] = {}

    def walk(command: click.Command, name: str) -> None:
        if isinstance(command, click.Group) or hasattr(command, "commands"):
            for each, inner in command.commands.items():
                if not inner.hidden:
                    walk(inner, f"{name} {each}")
        else:
            found[name] = command

    walk(typer.main.get_command(extproc.cli.app), "extproc")
    return found


COMMANDS = commands()


def options(command: click.Command) -> set[str]:
    return {
        name
        for parameter in command.params
        for name in parameter.opts
        if name.startswith("--") and name != "--help"
    }


def test_every_command_and_option() -> None:
    documented = {named(row[0])[0]: set(named(row[2])) for row in table("README.md", "Commands")}
    assert documented == {name: options(command) for name, command in COMMANDS.items()}


MAKE = set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(), re.MULTILINE))


def test_every_target_of_make() -> None:
    documented = [name for name in first_column("README.md", "Contributing") if "make " in name]
    same(documented, {f"make {target}" for target in MAKE})


def mentions(page: str) -> Iterator[tuple[str, str]]:
    """(page, line) of every command that a page shows or names."""
    text = PAGES[page]
    for block in blocks(page):
        if block.language in ("sh", "text", ""):
            for line in block.text.replace("\\\n", " ").splitlines():
                yield page, line
    for code in _CODE.findall(_FENCE.sub("", text)):
        yield page, code


def extproc_calls(line: str) -> Iterator[list[str]]:
    """The words of each call of extproc in a line of shell."""
    for part in re.split(r"\s(?:\||&&|>)\s", line):
        found = re.match(r"(?:docker compose exec \w+ )?(?:\.venv/bin/)?(extproc .*)", part.strip())
        if found:
            yield shlex.split(found[1].replace("[", "").replace("]", ""))


AHEAD: set[str] = set()
"""Named before it is built."""


def test_every_command_that_is_shown_exists() -> None:
    wrong = []
    for page in PAGES:
        for _, line in mentions(page):
            target = re.match(r"make (\w+)", line.strip())
            if target and target[1] not in MAKE:
                wrong.append(f"{page}: {line}")
            for words in extproc_calls(line):
                name = " ".join(words[:3] if " ".join(words[:3]) in COMMANDS else words[:2])
                used = {word for word in words if word.startswith("--")}
                is_group = any(each.startswith(name + " ") for each in COMMANDS)
                if name in COMMANDS and used <= options(COMMANDS[name]):
                    continue
                if not (is_group and len(words) == 2):
                    wrong.append(f"{page}: {line}")
    assert set(wrong) <= AHEAD


# -- the pages ---------------------------------------------------------------------------------


def test_every_type_of_finding() -> None:
    there = {
        kind: {name for name in PROFILES | {"secrets"} if _finds(kind, name)}
        for kind in {*(detector.type for detector in DETECTORS), "TERM"}
    }
    documented = table("docs/masking.md", "What is found")
    same([named(row[0])[0] for row in documented], there)
    for row in documented:
        profiles = set(first_column("docs/masking.md", "Profiles"))
        assert there[named(row[0])[0]] == (set(named(row[2])) if row[2] != "all" else profiles)


def _finds(kind: str, profile: str) -> bool:
    if kind == "TERM":
        return True
    return any(each.type == kind and profile in each.profiles for each in DETECTORS)


def test_every_dialect_and_operation() -> None:
    operations = set()
    table = PAGES["docs/dialects.md"].partition("## Keys")[0]
    for api, operation, requests, _ in rows(table):
        meant = (*named(api), *named(operation))
        if "unknown" not in meant:
            operations.add(meant[1])
        prefix = ""
        for request in named(requests):
            if request.startswith("/"):
                continue  # another path of the same methods
            line = prefix + request if request.startswith(":") else request
            prefix = line.rpartition(":")[0]
            method, path = line.replace("{model}", "m").split(" ")
            route = read_route(method, path)
            assert (route.api, route.operation) == meant, line
    same(sorted(operations), OPERATIONS)
    same(json.loads((ROOT / "rego/data.json").read_text())["operations"], OPERATIONS)


def test_every_profile() -> None:
    documented = first_column("docs/masking.md", "Profiles")
    for name in documented:
        Masker(name)
    with pytest.raises(ValueError, match="unknown profile") as unknown:
        Masker("none")
    same(documented, re.findall(r"[a-z]+", str(unknown.value).partition("there are ")[2]))


def test_every_outcome() -> None:
    same(first_column("docs/evidence.md", "Outcomes"), Outcome)
    for row in table("docs/how-a-call-flows.md", "What happens on each failure"):
        assert row[2].startswith("none") or named(row[2])[0] in set(Outcome)
        assert set(named(row[1])) & set(Code) or "40" not in row[1]


def test_every_event() -> None:
    same(first_column("docs/evidence.md", "Events"), EventKind)


def test_every_question() -> None:
    documented = [name.split(" ")[0] for name in first_column("docs/evidence.md", "Questions")]
    places = {"--json", "--config", "--data-dir", "--control"}
    same(documented, options(COMMANDS["extproc sessions list"]) - places)


def test_every_state_and_what_it_takes() -> None:
    documented = {
        named(row[0])[0]: set(named(row[2]))
        for row in table("docs/how-a-call-flows.md", "The state machine")
    }
    there: dict[str, set[str]] = {state.name: set() for state in State}
    for state, event in TRANSITIONS:
        there[state.name].add(event.__name__)
    assert documented == there


def test_every_path_of_the_control_port() -> None:
    nothing: Any = None
    names = (
        "identify", "end", "roster", "evidence", "document", "events", "jwks", "metrics",
        "not_ready",
    )  # fmt: skip
    application = Control(
        token=TokenEndpoint(nothing, nothing, nothing, "", nothing),
        lifecycle=LifecycleEndpoints(nothing, nothing, nothing, nothing, nothing),
        subjects=SubjectEndpoints(nothing, nothing, nothing),
        sign_in=SignIn(
            Console(),
            nothing,
            nothing,
            sign_ins=nothing,
            identify=nothing,
            is_running=nothing,
            is_out=nothing,
            events=nothing,
            issuer="",
        ),
        desk=nothing,
        callback=CallbackEndpoint(nothing, (), nothing, nothing, nothing, Console().roles),
        console=Pages(
            Config(),
            **dict.fromkeys(
                (
                    "role_of",
                    "events",
                    "roster",
                    "document",
                    "standing",
                    "sessions",
                    "desk",
                    "browsing",
                    "keeping",
                ),
                nothing,
            ),
        ),
        roles=Console().roles,
        issuer="",
        **dict.fromkeys(names, nothing),
    ).application()
    documented = [
        name
        for page, heading in (
            ("docs/operating.md", "Ports"),
            ("docs/console.md", "The console"),
        )
        for name in first_column(page, heading)
        if name.startswith("/")
    ]
    same(documented, [route.path for route in application.routes])  # type: ignore[attr-defined]


def test_every_path_of_the_control_port_at_the_data_port() -> None:
    same(first_column("docs/operating.md", "At the data port"), DATA_PORT_PATHS)


def test_every_alert() -> None:
    rules = yaml.safe_load((ROOT / "dashboards/rules.yml").read_text())
    alerts = [rule["alert"] for group in rules["groups"] for rule in group["rules"]]
    same(first_column("docs/operating.md", "Health and alerts"), alerts)


def anchor(heading: str) -> str:
    """As the forges make it."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def test_every_link_leads_somewhere() -> None:
    broken = []
    for page, text in PAGES.items():
        for target in re.findall(r"\]\(([^)]+)\)", _FENCE.sub("", text)):
            path, _, fragment = target.partition("#")
            if re.match(r"https?:", target):
                continue
            file = (ROOT / page).parent / path if path else ROOT / page
            if not file.exists():
                broken.append(f"{page}: {target}")
            elif fragment and file.suffix == ".md":
                headings = re.findall(r"^#+ (.*)$", file.read_text(), re.MULTILINE)
                if fragment not in map(anchor, headings):
                    broken.append(f"{page}: {target}")
    assert broken == []


def test_every_page_is_linked_from_the_readme() -> None:
    linked = set(re.findall(r"\]\(([^)#]+)", README))
    assert {page for page in PAGES if page != "README.md"} <= linked


# -- docs/writing-policy.md --------------------------------------------------------------------

POLICY = "docs/writing-policy.md"
POLICY_BLOCKS = list(blocks(POLICY))
INPUT: dict[str, Any] = json.loads(
    next(block.text for block in POLICY_BLOCKS if block.heading == "The input")
)
EXAMPLES = [block for block in POLICY_BLOCKS if block.language == "rego"]


def real_input() -> Any:
    """The document of the request phase that the code builds for the call of the page."""
    identity = Identity(
        subject="ada@example.com",
        issuer="urn:extproc:local",
        groups=("research",),
        agent_id="agt_1",
        agent_name="notebook",
        credential_id="crd_1",
        expires_at=1,
        claims=INPUT["identity"]["claims"],
    )
    http = INPUT["attributes"]["request"]["http"]
    call = Call("exc_1", "dec_1", 1, "127.0.0.1", 60848, http["protocol"], http["id"], identity)
    exchange = Exchange(
        Rules(
            destinations=(Destination("demo", ("*",)),),
            maskers=lambda _: Masker(),
            clock=FixedClock(),
            request_limit=1 << 20,
            response_limit=1 << 20,
        )
    )
    body = {
        "model": "demo",
        "max_tokens": 200,
        "messages": INPUT["llm"]["messages"],
        "tools": [{"type": "function", "function": {"name": "search", "parameters": {}}}],
    }
    exchange.receive(RequestHeaders(http["headers"], False, write_call(call)))
    (question,) = exchange.receive(RequestBody(json.dumps(body).encode(), True))
    assert isinstance(question, Evaluate)
    return json.loads(question.document.encode())


def test_the_input_is_the_one_that_is_built() -> None:
    def shape(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: shape(item) for key, item in value.items()}
        if isinstance(value, list):
            return [shape(item) for item in value]
        return type(value).__name__

    built = real_input()
    assert shape(built) == shape(INPUT)
    for key in ("version", "attributes", "parsed_path", "parsed_query", "llm", "findings"):
        assert built[key] == INPUT[key]


def test_the_input_of_the_first_phase_says_less() -> None:
    identity = Identity("a", "b", (), "", "", "", 0)
    http = HttpRequest("POST", "/", "x", "http", "HTTP/1.1", {"x-api-key": "secret"})
    document = json.loads(authz_input(http, "::1", 1, identity, "openai", "chat").encode())
    assert document.keys() == INPUT.keys() - {"findings"}
    assert document["llm"].keys() == {"api", "operation"}
    assert document["attributes"]["request"]["http"]["headers"] == {"x-api-key": "[credential]"}


def test_the_example_of_a_result_is_one_and_has_every_key() -> None:
    (example,) = (block for block in POLICY_BLOCKS if block.heading == "The result")
    document = json.loads(example.text)
    result = read_policy_result(document)
    assert result.allowed
    assert document.keys() == set(result.__struct_fields__)
    for name in ("approval", "mask"):
        assert document[name].keys() == set(getattr(result, name).__struct_fields__)
    documented = {name.partition(".")[0] for name in first_column(POLICY, "The result")}
    assert documented == document.keys()


def install(policy: str, directory: Path) -> tuple[Phase, dict[Phase, str]]:
    """The default policies with an example in its place; the phase that it is about."""
    shutil.copytree(ROOT / "rego", directory)
    chosen = entrypoints(Config())
    package = re.search(r"^package ([\w.]+)", policy, re.MULTILINE)
    if package is None:
        with (directory / "request.rego").open("a") as file:
            file.write("\n" + policy)
    elif package[1] == "extproc.request":
        (directory / "request.rego").write_text(policy)
    else:
        (directory / "plugin.rego").write_text(policy)
        return Phase.AUTHZ, {**chosen, Phase.AUTHZ: package[1].replace(".", "/") + "/allow"}
    return Phase.REQUEST, chosen


def changed(cell: str) -> Any:
    """The input with the change that a cell says: `path` is `JSON`."""
    document = json.loads(json.dumps(INPUT))
    if cell != "unchanged":
        path, value = named(cell)
        *parents, last = path.split(".")
        node = document
        for key in parents:
            node = node[key]
        assert last in node
        node[last] = json.loads(value)
    return document


@pytest.mark.parametrize("example", EXAMPLES, ids=[block.heading for block in EXAMPLES])
def test_an_example_of_a_policy_decides_as_it_says(example: Block, tmp_path: Path) -> None:
    assert example.table
    phase, chosen = install(example.text, tmp_path / "rego")
    assert check_policies(tmp_path / "rego", chosen) == []
    engine = EmbeddedEngine(tmp_path / "rego", chosen, timeout=10)
    for case, expected in example.table:
        result = engine.evaluate(phase, Given(changed(case)))
        assert result == json.loads(named(expected)[0]), case
        (read_plugin_result if phase is Phase.AUTHZ else read_policy_result)(result)


def test_the_rule_of_the_readme_loads(tmp_path: Path) -> None:
    (rule,) = (block for block in blocks("README.md") if block.language == "rego")
    _, chosen = install(rule.text, tmp_path / "rego")
    assert check_policies(tmp_path / "rego", chosen) == []


def test_every_json_is_json() -> None:
    for page in PAGES:
        for block in blocks(page):
            if block.language == "json":
                json.loads(block.text)


def test_the_functions_that_are_named_as_refused_are(tmp_path: Path) -> None:
    text = section(POLICY, "The two engines").partition("What the embedded engine")[2]
    functions = [name for name in named(text) if re.fullmatch(r"\w+\.\w+", name)]
    refused = [name for name in functions if not name.startswith("data.")]
    assert len(refused) >= 5
    _, chosen = install("", tmp_path / "rego")
    calls = "\n".join(f"r{i} if {name}(1)" for i, name in enumerate(refused))
    (tmp_path / "rego/calls.rego").write_text(f"package calls\n\n{calls}\n")
    told = "\n".join(check_policies(tmp_path / "rego", chosen))
    assert [name for name in refused if f"{name} is not allowed" not in told] == []


# -- envoy/ ------------------------------------------------------------------------------------


def example_bootstrap() -> str:
    loaded = config.load(ENVOY_CONFIG, {})
    return to_json(bootstrap(loaded, socket_paths(loaded))) + "\n"


def test_the_bootstrap_is_current() -> None:
    assert ENVOY_JSON.read_text() == example_bootstrap(), "run: python -m tests.test_docs"


def test_envoy_accepts_the_bootstrap(tmp_path: Path) -> None:
    loaded = config.load(ENVOY_CONFIG, {})
    # Envoy looks whether the files that it is to watch are there, so they are put elsewhere.
    text = ENVOY_JSON.read_text().replace(loaded.data_dir, str(tmp_path))
    secrets = tmp_path / "secrets"
    authority = Authority(secrets, "clients")
    for made, name in zip(authority.issue("made"), ("tls.crt", "tls.key"), strict=True):
        made.rename(secrets / name)
    (secrets / "openai").write_text("the-models-own-key")
    for path, document in key_references(loaded, tmp_path).items():
        path.parent.mkdir(exist_ok=True)
        path.write_text(to_json(document).replace("/run/secrets", str(secrets)))
    file = tmp_path / "envoy.json"
    file.write_text(text)
    run = subprocess.run(
        [envoy_binary(), "--mode", "validate", "-c", file, "-l", "error"],
        capture_output=True, text=True, timeout=30, check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr


PLAIN = frozenset(
    re.findall(
        r"\S+",
        """
        @type address admin append append_action body_format_override cluster cluster_name
        data jsonrpc clusters code common_http_protocol_options common_tls_context
        content_type credential
        domains endpoint endpoints envoy.filters.http.ext_authz envoy.filters.http.ext_proc
        envoy.extensions.upstreams.http.v3.HttpProtocolOptions
        envoy_grpc error exact expression extension_filter filename filter filter_chains filters
        grpc_service header header_value_prefix http2_protocol_options http_filters
        http_protocol_options id json_format key layered_runtime layers lb_endpoints listeners
        load_assignment mappers match matcher message mutations name overload_manager path
        pattern pipe port_value prefix regex resource_api_version resource_monitors retry_policy
        route route_config routes san_type socket_address stat_prefix static_layer
        static_resources status string_match substitution thresholds transport_socket type
        typed_config typed_extension_protocol_options untyped upgrade_type validation_context
        value virtual_hosts
        """,
    )
)
"""What only says where a setting stands, or gives a name or an address."""


def settings(document: Any) -> set[str]:
    if isinstance(document, dict):
        return set(document).union(*map(settings, document.values()))
    if isinstance(document, list):
        return set().union(*map(settings, document))
    return set()


def test_every_setting_of_the_bootstrap_has_its_why() -> None:
    documented = [name for row in rows(PAGES["envoy/README.md"]) for name in named(row[0])]
    same(documented, settings(json.loads(ENVOY_JSON.read_text())) - PLAIN)


# -- as a newcomer -----------------------------------------------------------------------------

_ONLY_SHOWN = ("git ", "make ", ". ")


@pytest.fixture(scope="module")
def newcomer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A directory in which `extproc up` runs with all its defaults but the ports."""
    directory = tmp_path_factory.mktemp("newcomer")
    with (directory / "up.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "extproc", "up",
             "--listen", "127.0.0.1:0", "--control", "127.0.0.1:0"],
            stdout=subprocess.PIPE, stderr=log, text=True, cwd=directory,
        )  # fmt: skip
    assert process.stdout is not None
    for line in process.stdout:
        if "-d '" in line:
            break
    else:
        pytest.fail((directory / "up.log").read_text())
    yield directory
    process.terminate()
    assert process.wait(45) == 0
    process.stdout.close()


def together(commands: list[list[str]], directory: Path) -> list[str]:
    """Run several at once in one directory; what each wrote to standard output."""
    running = [
        subprocess.Popen(
            [sys.executable, *words],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=directory,
        )
        for words in commands
    ]  # fmt: skip
    told = [process.communicate(timeout=60) for process in running]
    for words, process, (_, error) in zip(commands, running, told, strict=True):
        assert (process.returncode, error) == (0, ""), words
    return [out for out, _ in told]


@pytest.mark.e2e
def test_the_examples_with_stock_clients(newcomer: Path) -> None:
    snippets = [["-c", block.text] for block in blocks("README.md") if block.language == "python"]
    answer = next(block.text for block in blocks("README.md") if block.heading == "What you see")
    assert [said.strip() for said in together(snippets, newcomer)] == [answer.strip()] * 2


@pytest.mark.e2e
def test_the_commands_of_the_readme(newcomer: Path) -> None:
    """In one directory, as they stand there."""
    shown = [
        ["-m", *words]
        for block in blocks("README.md")
        if block.language == "sh"
        for line in block.text.splitlines()
        if not line.startswith(_ONLY_SHOWN)
        for words in extproc_calls(line)
    ]
    assert len(shown) >= 5
    together(shown, newcomer)


@pytest.mark.e2e
def test_every_file_of_the_data_directory(newcomer: Path) -> None:
    documented = first_column("docs/operating.md", "Files in the data directory")
    for path in (newcomer / "var").iterdir():
        name = re.sub(r"-(wal|shm)$", "", path.name)
        held = f"{name}/" if path.is_dir() else name
        assert any(each == held or each.startswith(f"{name}/") for each in documented), path.name
    assert os.stat(newcomer / "var").st_mode & 0o777 == 0o700


if __name__ == "__main__":
    ENVOY_JSON.write_text(example_bootstrap())
