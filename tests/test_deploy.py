"""The files of a deployment, as far as they can be checked without an engine.

What only a container engine can tell (does the image build, do the services come up) is not
here. Everything else that one file says about another is.
"""

from __future__ import annotations

import fnmatch
import json
import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any

import pytest
import yaml

import extproc
from extproc import config
from extproc.adapters.metrics import Metrics
from extproc.core.decision import Phase
from extproc.core.record import Outcome
from extproc.wire.bootstrap import bootstrap

ROOT = Path(__file__).parents[1]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
SETTINGS = config.load(ROOT / "deploy/extproc.yaml", environ={})
DASHBOARD: dict[str, Any] = json.loads((ROOT / "dashboards/extproc.json").read_text())
RULES: list[dict[str, Any]] = [
    rule
    for group in yaml.safe_load((ROOT / "dashboards/rules.yml").read_text())["groups"]
    for rule in group["rules"]
]
PANELS = [panel for panel in DASHBOARD["panels"] if panel["type"] != "row"]

each_service = pytest.mark.parametrize("name", SERVICES)


def mounts(service: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    """(source, target, mode) of each volume."""
    for volume in service.get("volumes", ()):
        source, target, *mode = volume.split(":")
        yield source, target, mode[0] if mode else "rw"


def members(network: str) -> set[str]:
    return {name for name, service in SERVICES.items() if network in service.get("networks", ())}


# -- docker-compose.yml ------------------------------------------------------------------------


def test_every_part_of_the_system_is_there() -> None:
    parts = {"envoy", "extproc", "opa", "prometheus", "grafana", "model"}
    assert parts <= SERVICES.keys()


def test_only_envoy_reaches_the_model() -> None:
    assert members("model") == {"envoy", "model"}
    assert COMPOSE["networks"]["model"]["internal"] is True
    assert SERVICES["model"]["networks"] == ["model"]
    assert "ports" not in SERVICES["model"]


def test_only_the_policy_server_reaches_opa() -> None:
    assert members("policy") == {"extproc", "opa"}
    assert COMPOSE["networks"]["policy"]["internal"] is True
    assert "ports" not in SERVICES["opa"]


def test_envoy_and_the_policy_server_share_a_socket_and_no_network() -> None:
    assert not set(SERVICES["envoy"]["networks"]) & set(SERVICES["extproc"]["networks"])
    folder = f"{SETTINGS.data_dir}/run"
    for name in ("envoy", "extproc"):
        assert ("sockets", folder, "rw") in mounts(SERVICES[name])


def test_only_the_policy_server_holds_the_records() -> None:
    holders = [
        name for name, service in SERVICES.items() if "data" in [m[0] for m in mounts(service)]
    ]
    assert holders == ["extproc"]


@each_service
def test_a_service_is_hardened(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert not service.keys() & {"privileged", "cap_add", "devices", "pid", "ipc"}
    assert service.get("network_mode", "none") == "none"


@each_service
def test_a_service_has_a_health_check_or_ends_by_itself(name: str) -> None:
    check = SERVICES[name]["healthcheck"]
    if check.get("disable"):
        assert SERVICES[name]["restart"] == "no"
    else:
        assert check["test"][0] == "CMD"
        assert check.keys() >= {"interval", "timeout", "retries", "start_period"}


@each_service
def test_an_image_is_pinned(name: str) -> None:
    _, _, tag = SERVICES[name]["image"].rpartition(":")
    assert re.fullmatch(r"v?\d+\.\d+\.\d+", tag), tag


def test_our_own_image_has_our_version() -> None:
    ours = {service["image"] for service in SERVICES.values() if "build" in service}
    assert ours == {f"extproc:{extproc.__version__}"}


@each_service
def test_a_port_is_published_on_loopback_only(name: str) -> None:
    for port in SERVICES[name].get("ports", ()):
        assert re.fullmatch(r"127\.0\.0\.1:\d+:\d+", port)


@each_service
def test_a_mount_has_its_source(name: str) -> None:
    for source, target, mode in mounts(SERVICES[name]):
        assert PurePosixPath(target).is_absolute()
        if source.startswith("./"):
            assert (ROOT / source).exists(), source
            assert mode == "ro"
        else:
            assert source in COMPOSE["volumes"]


@each_service
def test_networks_and_dependencies_exist(name: str) -> None:
    service = SERVICES[name]
    assert set(service.get("networks", ())) <= COMPOSE["networks"].keys()
    for dependency, wait in service.get("depends_on", {}).items():
        check = SERVICES[dependency]["healthcheck"]
        if wait["condition"] == "service_healthy":
            assert not check.get("disable")
        elif wait["condition"] == "service_completed_successfully":
            assert check.get("disable")


def test_no_network_and_no_volume_is_left_over() -> None:
    used = {network for service in SERVICES.values() for network in service.get("networks", ())}
    assert used == COMPOSE["networks"].keys()
    mounted = {source for service in SERVICES.values() for source, _, _ in mounts(service)}
    assert COMPOSE["volumes"].keys() <= mounted


def test_no_secret_stands_in_a_file() -> None:
    secret = re.compile(r"(?i)(password|passwd|secret|token|api_?key)\b\s*[:=]\s*['\"]?[^\s{$'\"]")
    for path in [ROOT / "docker-compose.yml", ROOT / "Dockerfile", *deploy_files(".y*ml")]:
        for line in path.read_text().splitlines():
            if not line.lstrip().startswith("#"):
                assert not secret.search(line), f"{path.name}: {line}"


def deploy_files(suffix: str) -> list[Path]:
    return sorted((ROOT / "deploy").rglob(f"*{suffix}"))


# -- what the files say about each other -------------------------------------------------------


def test_the_settings_name_services_of_their_networks() -> None:
    (upstream,) = SETTINGS.upstreams
    assert upstream.url == "http://model:8000"
    assert SERVICES["model"]["command"] == ["--listen", "0.0.0.0:8000"]
    assert SETTINGS.policy.opa.url == "http://opa:8181"
    assert "--addr=0.0.0.0:8181" in SERVICES["opa"]["command"]
    for setting, name in ((SETTINGS.listen.data, "envoy"), (SETTINGS.listen.control, "extproc")):
        host, port = config.host_port(setting)
        assert host == "0.0.0.0"
        assert SERVICES[name]["ports"] == [f"127.0.0.1:{port}:{port}"]


def test_envoys_admin_port_is_open_inside_its_container_only() -> None:
    host, port = config.host_port(SETTINGS.listen.envoy_admin)
    assert host == "127.0.0.1"
    assert f"/dev/tcp/{host}/{port} " in SERVICES["envoy"]["healthcheck"]["test"][-1]


def test_the_bootstrap_finds_the_socket_where_envoy_mounts_it() -> None:
    path = f"{SETTINGS.data_dir}/run/extproc-0.sock"
    text = json.dumps(bootstrap(SETTINGS, [path]))
    assert f'"{path}"' in text
    assert '"model"' in text
    written = SERVICES["bootstrap"]["command"][0].split()[-1]
    assert SERVICES["envoy"]["command"][:2] == ["--config-path", written]


def test_envoy_runs_as_the_owner_of_the_socket() -> None:
    (user,) = re.findall(r"^USER (\S+)$", dockerfile(), re.MULTILINE)
    assert user == SERVICES["envoy"]["user"]
    assert "0" not in user.split(":")


def test_prometheus_asks_the_policy_server() -> None:
    settings = yaml.safe_load((ROOT / "deploy/prometheus.yml").read_text())
    (job,) = settings["scrape_configs"]
    _, port = config.host_port(SETTINGS.listen.control)
    assert job["static_configs"] == [{"targets": [f"extproc:{port}"]}]
    assert job["metrics_path"] == "/metrics"
    assert {"extproc", "prometheus"} <= members("control")
    targets = {target for _, target, _ in mounts(SERVICES["prometheus"])}
    assert set(settings["rule_files"]) <= targets
    assert any('job="extproc"' in rule["expr"] for rule in RULES)


def test_grafana_is_given_its_source_and_its_dashboard() -> None:
    provisioning = ROOT / "deploy/grafana"
    sources = yaml.safe_load((provisioning / "datasources/prometheus.yaml").read_text())
    assert sources["datasources"][0]["url"] == "http://prometheus:9090"
    assert {"grafana", "prometheus"} <= members("watch")
    provider = yaml.safe_load((provisioning / "dashboards/extproc.yaml").read_text())
    targets = {target for _, target, _ in mounts(SERVICES["grafana"])}
    assert provider["providers"][0]["options"]["path"] in targets
    variables = {each["name"]: each for each in DASHBOARD["templating"]["list"]}
    assert variables["datasource"]["current"]["value"] == sources["datasources"][0]["uid"]


def test_nobody_can_log_in_to_grafana() -> None:
    settings = SERVICES["grafana"]["environment"]
    assert settings["GF_AUTH_ANONYMOUS_ORG_ROLE"] == "Viewer"
    assert settings["GF_AUTH_BASIC_ENABLED"] == "false"
    assert settings["GF_SECURITY_DISABLE_INITIAL_ADMIN_CREATION"] == "true"


# -- Dockerfile --------------------------------------------------------------------------------


def dockerfile() -> str:
    """The Dockerfile with its continued lines joined."""
    return re.sub(r"\\\n\s*", " ", (ROOT / "Dockerfile").read_text())


def copied() -> list[str]:
    lines = re.findall(r"^COPY (?!--from)(.+)$", dockerfile(), re.MULTILINE)
    return [source for line in lines for source in line.split()[:-1]]


def test_what_the_image_copies_exists_and_is_not_ignored() -> None:
    ignore = (ROOT / ".dockerignore").read_text().splitlines()
    kept = {line.removeprefix("!") for line in ignore if line.startswith("!")}
    assert "*" in ignore
    assert copied()
    for source in copied():
        assert (ROOT / source).exists(), source
    assert set(copied()) == kept


def test_the_builder_gets_no_caches() -> None:
    ignore = (ROOT / ".dockerignore").read_text().splitlines()
    assert any(fnmatch.fnmatch("a/__pycache__", line) for line in ignore if line != "*")


def test_every_install_is_from_a_lock_file_with_hashes_or_of_ourselves() -> None:
    installs = re.findall(r"\bpip .*?\b(?:install|wheel) .*$", dockerfile(), re.MULTILINE)
    assert len(installs) == 4
    for install in installs:
        is_locked = re.search(r"--require-hashes -r \S*requirements(-dev)?\.lock$", install)
        is_ours = "--no-deps" in install and (
            "--no-index" in install or "--no-build-isolation" in install
        )
        assert bool(is_locked) != is_ours, install


def test_the_final_image_is_of_the_locked_requirements() -> None:
    stages = dockerfile().split("\nFROM ")[1:]
    assert [stage.split("\n")[0] for stage in stages] == [
        "${BUILDER} AS wheel",
        "${PYTHON} AS environment",
        "${PYTHON}",
    ]
    assert "requirements-dev.lock" not in stages[1] + stages[2]
    assert "--require-hashes -r /tmp/requirements.lock" in stages[1]
    for name in re.findall(r"^([A-Za-z0-9_.-]+)==", (ROOT / "requirements.lock").read_text(), re.M):
        assert name not in ("pytest", "openai", "anthropic")


def test_the_image_runs_as_nobody_special_and_says_whether_it_is_ready() -> None:
    last = dockerfile().split("\nFROM ")[-1]
    assert "/readyz" in last
    assert f":{config.host_port(SETTINGS.listen.control)[1]}/readyz" in last
    assert 'ENTRYPOINT ["extproc"]' in last
    assert last.index("USER ") < last.index("ENTRYPOINT ")
    (command,) = re.findall(r"^CMD (\[.+\])$", last, re.MULTILINE)
    assert json.loads(command) == SERVICES["extproc"]["command"]


# -- metrics: the dashboard and the rules against what the server exposes ----------------------

_SUFFIXES = {
    "counter": ("_total",),
    "gauge": ("",),
    "histogram": ("_bucket", "_sum", "_count"),
}
_NAME = re.compile(r"\b(extproc_[a-z_]+|up)\b(?:\{([^}]*)\})?")
_MATCHER = re.compile(r'\b([a-z_]+)\s*(=~|!~|!=|=)\s*"([^"]*)"')
_BY = re.compile(r"\bby \(([^)]*)\)")


def exposed() -> dict[str, set[str]]:
    """The series' names and their labels."""
    names: dict[str, set[str]] = {}
    for metric in Metrics().all.values():
        for suffix in _SUFFIXES[metric.kind]:
            bound = {"le"} if suffix == "_bucket" else set()
            names[metric.name + suffix] = {*metric.labels, *bound}
    return names


SERIES = exposed() | {"up": {"job", "instance"}}
QUERIES = [
    pytest.param(target["expr"], id=f"panel {panel['title']}, {target['refId']}")
    for panel in PANELS
    for target in panel["targets"]
] + [pytest.param(rule["expr"], id=f"alert {rule['alert']}") for rule in RULES]


@pytest.mark.parametrize("query", QUERIES)
def test_a_query_asks_for_series_and_labels_that_exist(query: str) -> None:
    found = _NAME.findall(query)
    assert found
    grouped = {label.strip() for by in _BY.findall(query) for label in by.split(",")}
    for name, matchers in found:
        assert name in SERIES
        assert {label for label, _, _ in _MATCHER.findall(matchers)} <= SERIES[name]
        assert grouped <= SERIES[name]


@pytest.mark.parametrize("query", QUERIES)
def test_a_query_names_values_that_exist(query: str) -> None:
    known = {"outcome": set(Outcome), "code": {"allowed"}, "phase": set(Phase), "job": {"extproc"}}
    for label, operator, value in _MATCHER.findall(query):
        if operator in ("=", "!="):
            assert value in known[label]
        else:
            assert value == f"${label}"


@pytest.mark.parametrize("query", QUERIES)
def test_a_query_is_balanced_and_treats_a_series_as_what_it_is(query: str) -> None:
    for opened, closed in ("()", "[]", "{}"):
        assert query.count(opened) == query.count(closed)
    for name, _ in _NAME.findall(query):
        if name.endswith("_bucket"):
            assert "histogram_quantile(" in query
            assert re.search(r"by \(le\b", query)
        is_counted = name.endswith(("_total", "_bucket", "_sum", "_count"))
        # `unless … offset` looks for a series that begins, and needs its value.
        if is_counted and " unless " not in query:
            assert re.search(rf"(rate|increase)\({name}\b", query)


def test_every_metric_is_on_the_dashboard() -> None:
    shown = {
        name
        for panel in PANELS
        for target in panel["targets"]
        for name, _ in _NAME.findall(target["expr"])
    }
    families = {re.sub(r"_(bucket|sum|count)$", "", name) for name in SERIES} - {"up"}
    assert {re.sub(r"_bucket$", "", name) for name in shown} == families


# -- dashboards/extproc.json -------------------------------------------------------------------


def test_the_dashboard_is_of_a_schema_that_grafana_11_reads() -> None:
    assert DASHBOARD["schemaVersion"] == 39
    assert DASHBOARD["uid"] == "extproc"
    assert "id" not in DASHBOARD


def test_every_outcome_has_its_colour_and_its_word() -> None:
    (panel,) = [panel for panel in PANELS if panel["title"] == "Calls, by outcome"]
    coloured = {each["matcher"]["options"] for each in panel["fieldConfig"]["overrides"]}
    assert coloured == set(Outcome)
    assert all(f"{outcome}:" in panel["description"] for outcome in Outcome)


def test_the_dashboard_answers_what_it_is_for() -> None:
    rows = [panel["title"] for panel in DASHBOARD["panels"] if panel["type"] == "row"]
    assert rows == [
        "At a glance",
        "Allowed, blocked, masked",
        "Who is active",
        "Latency",
        "Tokens",
        "Approvals",
        "Health",
    ]


def test_panels_have_ids_and_places_of_their_own() -> None:
    ids = [panel["id"] for panel in DASHBOARD["panels"]]
    assert len(set(ids)) == len(ids)
    taken: dict[tuple[int, int], str] = {}
    for panel in DASHBOARD["panels"]:
        place = panel["gridPos"]
        assert place["x"] + place["w"] <= 24
        for x in range(place["x"], place["x"] + place["w"]):
            for y in range(place["y"], place["y"] + place["h"]):
                assert (x, y) not in taken, f"{panel['title']} lies over {taken[x, y]}"
                taken[x, y] = panel["title"]


@pytest.mark.parametrize("panel", PANELS, ids=lambda panel: str(panel["title"]))
def test_a_panel_says_what_it_shows(panel: dict[str, Any]) -> None:
    assert panel["title"]
    assert panel["description"].endswith(".")
    assert panel["fieldConfig"]["defaults"]["unit"]
    references = [target["refId"] for target in panel["targets"]]
    assert len(set(references)) == len(references)
    for target in panel["targets"]:
        assert (
            target["datasource"]
            == panel["datasource"]
            == {
                "type": "prometheus",
                "uid": "${datasource}",
            }
        )
        legend = set(re.findall(r"\{\{(\w+)\}\}", target["legendFormat"]))
        grouped = {each.strip() for by in _BY.findall(target["expr"]) for each in by.split(",")}
        assert legend == grouped - {"le"}


def test_variables_are_declared_and_their_labels_exist() -> None:
    variables = {each["name"]: each for each in DASHBOARD["templating"]["list"]}
    assert variables.keys() == {"datasource", "api", "model"}
    used = set(re.findall(r"\$\{?(\w+)", json.dumps(DASHBOARD["panels"]))) - {"__rate_interval"}
    assert used == variables.keys()
    for name in ("api", "model"):
        match = re.fullmatch(r"label_values\((\w+), (\w+)\)", variables[name]["definition"])
        assert match is not None
        assert match[2] in SERIES[match[1]]
        # A call that was refused early has no API and no model, and `.+` would leave it out.
        assert variables[name]["allValue"] == ".*"


# -- dashboards/rules.yml ----------------------------------------------------------------------


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: str(rule["alert"]))
def test_an_alert_says_what_to_do(rule: dict[str, Any]) -> None:
    assert rule["labels"]["severity"] in ("warning", "critical")
    assert rule["annotations"]["summary"]
    assert len(rule["annotations"]["description"]) > 60


def test_the_alerts_have_names_of_their_own() -> None:
    names = [rule["alert"] for rule in RULES]
    assert len(set(names)) == len(names)
    assert all(name.startswith("Extproc") for name in names)
