"""The commands that start things: up, serve, envoy, check; and mask, which needs nothing."""

from __future__ import annotations

import getpass
import shutil
import sys
from collections.abc import Coroutine
from pathlib import Path
from typing import Annotated, Any, NoReturn

import msgspec
import typer

from extproc import config as configuration
from extproc.config import Config, ConfigError

DEFAULT_CONFIG = Path("extproc.yaml")

ConfigOption = Annotated[
    Path | None,
    typer.Option("--config", help="The configuration file (default: extproc.yaml if there is one)"),
]
DataDirOption = Annotated[
    str | None, typer.Option("--data-dir", help="Where state, records and keys are kept")
]


def register(app: typer.Typer) -> None:
    for command in (up, serve, envoy, check, mask):
        app.command()(command)
    app.command(hidden=True)(worker)


def load(path: Path | None, **changes: object) -> Config:
    """Read the configuration, change what options say, or leave with each mistake on a line."""
    if path is None and DEFAULT_CONFIG.exists():
        path = DEFAULT_CONFIG
    try:
        config = configuration.load(path)
        listen = {name: changes.pop(name) for name in ("data", "control") if name in changes}
        plain = msgspec.to_builtins(config)
        plain["listen"].update({name: value for name, value in listen.items() if value})
        plain.update({name: value for name, value in changes.items() if value})
        return configuration.parse(plain)
    except ConfigError as error:
        fail(error.errors)


def fail(errors: list[str]) -> NoReturn:
    for line in errors:
        print(f"error: {line}", file=sys.stderr)
    raise typer.Exit(1)


def up(
    config: ConfigOption = None,
    upstream: Annotated[
        str | None, typer.Option(help="The model's URL; it serves every model name")
    ] = None,
    listen: Annotated[str | None, typer.Option(help="Where agents call, host:port")] = None,
    control: Annotated[str | None, typer.Option(help="The control port, host:port")] = None,
    data_dir: DataDirOption = None,
    workers: Annotated[int | None, typer.Option(help="Processes, one a core")] = None,
) -> None:
    """Envoy, the policy server and the control port on this machine; Ctrl-C ends all."""
    import asyncio

    from extproc.children import StartError
    from extproc.supervisor import Running
    from extproc.supervisor import up as run

    upstreams = [{"name": "upstream", "url": upstream, "models": ["*"]}] if upstream else None
    loaded = load(
        config,
        data=listen,
        control=control,
        data_dir=data_dir,
        workers=workers,
        upstreams=upstreams,
    )
    _refuse_the_impossible(loaded)

    def ready(running: Running) -> None:
        print(_welcome(loaded, running), flush=True)

    try:
        raise typer.Exit(asyncio.run(run(loaded, ready)))
    except StartError as error:
        fail([str(error)])


def _welcome(config: Config, running: object) -> str:
    from extproc.supervisor import Running

    assert isinstance(running, Running)
    named = [glob for upstream in config.upstreams for glob in upstream.models]
    model = next((glob for glob in named if not set(glob) & set("*?[")), "YOUR-MODEL")
    model = model if config.upstreams else "demo"
    command = "extproc" if shutil.which("extproc") else sys.argv[0]
    url = running.data_url
    attempt = f"""\
Try it in another terminal, then ask who did: {command} sessions list

  curl {url}/v1/chat/completions -H 'content-type: application/json' \\
    -H 'authorization: Bearer {running.token}' \\
    -d '{{"model":"{model}","messages":[{{"role":"user","content":"{WISH}"}}]}}'
"""
    if config.credentials.binding != "bearer":
        attempt = f"""\
Calls need a credential that is bound ({config.credentials.binding}). The one above is not: it opens
the control port, and {url}/oauth2/token, which gives bound ones.
"""
    return f"""\
extproc is up. Ctrl-C ends it.

  agents call   {url}   (OpenAI: base URL {url}/v1; Anthropic: {url})
  control       {running.control_url}
  credential    for {getpass.getuser()}, good for {running.lifetime // 60} min:

  {running.token}

{attempt}"""


WISH = "I am jo@example.com. Show me a customer record."
"""The demo model answers this with made-up personal data, so that one sees it masked."""


def serve(config: ConfigOption = None) -> None:
    """The policy server alone, for Compose and Kubernetes."""
    loaded = load(config)
    _refuse_the_impossible(loaded)
    from extproc.server import serve as run

    _run_server(run(loaded, config or (DEFAULT_CONFIG if DEFAULT_CONFIG.exists() else None)))


def worker(
    config: ConfigOption = None,
    index: Annotated[int, typer.Option(help="Which of the workers")] = 0,
) -> None:
    """One worker of `serve`, which starts it."""
    from extproc.worker import work

    _run_server(work(load(config), index))


def _run_server(server: Coroutine[Any, Any, None]) -> None:
    import asyncio

    import uvloop

    from extproc.adapters.rego import PolicyError
    from extproc.app import set_up_logs
    from extproc.children import StartError
    from extproc.core.decision import Unavailable
    from extproc.process import work_in_batches

    set_up_logs(as_json=not sys.stderr.isatty())
    work_in_batches()
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(server)
    except (ConfigError, PolicyError) as error:
        fail(error.errors)
    except (Unavailable, OSError, StartError) as error:
        fail([str(error)])


def envoy(config: ConfigOption = None, data_dir: DataDirOption = None) -> None:
    """Print Envoy's bootstrap; write the references to upstream keys to DATA_DIR/envoy."""
    from extproc.app import socket_paths
    from extproc.wire.bootstrap import bootstrap, key_references, to_json

    loaded = load(config, data_dir=data_dir)
    directory = Path(loaded.data_dir)
    for path, document in key_references(loaded, directory).items():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.write_text(to_json(document), encoding="utf-8")
    print(to_json(bootstrap(loaded, socket_paths(loaded))))


def check(config: ConfigOption = None) -> None:
    """Check configuration, policies and bootstrap; every error with its path."""
    from extproc.checks import mistakes

    loaded = load(config)
    errors = mistakes(loaded)
    if errors:
        fail(errors)
    print("configuration, policies and bootstrap are fine")


def mask(
    profile: Annotated[str | None, typer.Option(help="The masking profile")] = None,
    findings: Annotated[
        bool, typer.Option("--findings", help="Print one JSON finding a line instead")
    ] = False,
    config: ConfigOption = None,
) -> None:
    """Mask standard input to standard output."""
    from extproc.core.decision import Unavailable
    from extproc.engines import Maskers

    # Bytes in, bytes out: a line end that is changed would shift every offset after it.
    data = sys.stdin.buffer.read()
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        fail([f"standard input is not UTF-8 (byte {error.start})"])
    try:
        masker = Maskers(load(config))(profile)
        masked, found = masker.mask(text)
    except ConfigError as error:
        fail(error.errors)
    except Unavailable as error:
        print(f"error: {error.detail or error}", file=sys.stderr)
        raise typer.Exit(2) from None
    if findings:
        for finding in found:
            sys.stdout.buffer.write(msgspec.json.encode(finding) + b"\n")
    else:
        sys.stdout.buffer.write(masked.encode("utf-8"))


def _refuse_the_impossible(config: Config) -> None:
    from extproc.app import not_built_yet

    missing = not_built_yet(config)
    if missing:
        fail(missing)
