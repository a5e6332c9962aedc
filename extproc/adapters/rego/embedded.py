"""Rego in this process: regorus behind load-time lints and replaced builtins.

An evaluation takes some 0.1 ms and runs where it is asked for, without a thread: nothing else
happens in this process meanwhile. Nothing here can end an evaluation that does not end by
itself, so `timeout` only refuses an answer that came too late; a policy that loops stalls its
worker, and the supervisor kills and restarts a worker that stalls.

Less is evaluated than is asked for, and the answers are the same. Rego is a function of input and
data: the data of an engine never changes, and its policies show what of the input they look at
(rego.reach). So the engine is given only that part; where the part is small and no function is
called that depends on anything else, the value is remembered by the part's own bytes, which are
the very bytes that were evaluated; and rules that look at no input are evaluated once, at load
(rego.constants). What failed or came late is evaluated again each time.

What one turn of the event loop asks is evaluated in one go, after that turn: the engine and the
rest of the server each fill the processor's caches, and to change between them for every call
costs half as much again as the evaluation.

A new policy is a new engine: build it, and put it in the old one's place when that went well.
"""

from __future__ import annotations

import asyncio
import json
import re
import threading
import time
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
import regorus

from extproc.adapters.rego import builtins, bundle, lint, syntax
from extproc.adapters.rego.bundle import Bundle, PolicyError
from extproc.adapters.rego.constants import settle
from extproc.adapters.rego.reach import Reach, Reaches
from extproc.core.decision import Phase, Unavailable
from extproc.core.policy_input import UNBOUNDED, PolicyInput, encode_at

_UNDEFINED = '"<undefined>"'
"""What eval_rule_as_json gives for it. A rule that gives this very text is refused with it: no
text is a decision."""

_ENTRYPOINT = re.compile(r"[A-Za-z_]\w*(/[A-Za-z_]\w*)+", re.ASCII)
_WHERE = re.compile(r"-->\s*(?P<file>[^\n]+):(?P<line>\d+):\d+\n")


REMEMBERED = 1024
"""Values for each entrypoint; the one that was longest not asked for is forgotten first."""
REMEMBERED_BYTES = 1024
"""Of one input and of one value; what is longer is not remembered."""


@dataclass(slots=True)
class _Question:
    """An entrypoint, and what is known of it."""

    rule: str
    reach: Reach
    is_remembered: bool
    values: OrderedDict[bytes, str] = field(default_factory=OrderedDict)
    """JSON by JSON, so that nobody can change what is remembered."""

    def recall(self, encoded: bytes) -> str | None:
        value = self.values.get(encoded) if self.is_remembered else None
        if value is not None:
            self.values.move_to_end(encoded)
        return value

    def remember(self, encoded: bytes, value: str) -> None:
        if not self.is_remembered:
            return
        if len(encoded) <= REMEMBERED_BYTES and len(value) <= REMEMBERED_BYTES:
            self.values[encoded] = value
            if len(self.values) > REMEMBERED:
                self.values.popitem(last=False)


class EmbeddedEngine:
    """core.ports.PolicyEngine over the policies of a directory.

    `entrypoints` has a path such as `extproc/request/decision` for each phase, `timeout` is in
    seconds. Raises PolicyError when the policies cannot be loaded or break a lint.
    """

    def __init__(self, path: Path, entrypoints: Mapping[Phase, str], timeout: float) -> None:
        loaded = bundle.read(path)
        # The engine may be used by the thread that made it and by no other; elsewhere it panics.
        self._thread = threading.get_ident()
        engine, modules = load(loaded)
        errors = lint.mistakes(modules, loaded.data)
        errors += _entrypoint_mistakes(path, entrypoints, modules)
        if errors:
            raise PolicyError(errors)
        paths = {phase: tuple(entrypoint.split("/")) for phase, entrypoint in entrypoints.items()}
        settled = settle(loaded, modules, paths.values(), engine)
        self._loaded = engine if settled is loaded else load(settled)[0]
        self._engine = self._loaded.clone()
        self._timeout = timeout
        self._revision = loaded.revision
        self._asked: list[tuple[_Question, bytes, asyncio.Future[Any]]] = []
        reaches = Reaches(modules)
        self._questions = {
            phase: _question(path, reaches.of(path)) for phase, path in paths.items()
        }
        self._warm_up()

    @property
    def revision(self) -> str:
        return self._revision

    async def decide(self, phase: Phase, document: PolicyInput) -> Any:
        question, encoded = self._read(phase, document)
        remembered = question.recall(encoded)
        if remembered is not None:
            return msgspec.json.decode(remembered)
        loop = asyncio.get_running_loop()
        if not self._asked:
            loop.call_soon(self._evaluate_asked)
        answer: asyncio.Future[Any] = loop.create_future()
        self._asked.append((question, encoded, answer))
        return await answer

    def _evaluate_asked(self) -> None:
        asked, self._asked = self._asked, []
        for question, encoded, answer in asked:
            if answer.cancelled():
                continue
            try:
                answer.set_result(self._evaluate(question, encoded))
            except Exception as error:
                answer.set_exception(error)

    def evaluate(self, phase: Phase, document: PolicyInput) -> Any:
        """The entrypoint's value as a JSON value. Raises Unavailable("policy") when it is
        undefined or late, or for any error at all."""
        question, encoded = self._read(phase, document)
        remembered = question.recall(encoded)
        if remembered is not None:
            return msgspec.json.decode(remembered)
        return self._evaluate(question, encoded)

    def _read(self, phase: Phase, document: PolicyInput) -> tuple[_Question, bytes]:
        """What is asked, and all of the document that its answer can depend on."""
        if threading.get_ident() != self._thread:
            raise Unavailable("policy", "evaluated by another thread than the one that loaded it")
        question = self._questions.get(phase)
        if question is None:
            raise Unavailable("policy", f"no entrypoint for {phase}")
        paths = question.reach.paths
        try:
            return question, document.encode() if paths is None else encode_at(document, paths)
        except Exception as error:
            raise Unavailable("policy", f"the input is no JSON: {type(error).__name__}") from None

    def _evaluate(self, question: _Question, encoded: bytes) -> Any:
        rule = question.rule
        start = time.perf_counter()
        result = self._run(rule, encoded)
        duration = time.perf_counter() - start
        if duration > self._timeout:
            raise Unavailable("policy", f"{rule} took {duration * 1000:.0f} ms")
        if result == _UNDEFINED:
            raise Unavailable("policy", f"{rule} is undefined")
        try:
            value = msgspec.json.decode(result)
        except (msgspec.DecodeError, RecursionError) as error:
            raise Unavailable("policy", f"{rule} gave no JSON: {error}") from None
        question.remember(encoded, result)
        return value

    async def close(self) -> None:
        """Nothing is held beyond memory."""

    def _run(self, rule: str, encoded: bytes) -> str:
        try:
            self._engine.set_input_json(encoded.decode())
            result: str = self._engine.eval_rule_as_json(rule)
        except (KeyboardInterrupt, SystemExit, GeneratorExit):
            raise
        except BaseException as error:
            # A panic of the engine is a BaseException, and no more than an error. It leaves the
            # rules it was in marked as being evaluated, so that each later call would find a
            # cycle: go on with a copy that has evaluated nothing.
            self._engine = self._loaded.clone()
            raise Unavailable("policy", message(error)) from None
        self._engine.take_prints()
        return result

    def _warm_up(self) -> None:
        """Evaluate everything once, so that the first call finds it compiled. What the empty
        input makes of a policy is not judged, except for what no input could cure."""
        errors = []
        for question in self._questions.values():
            try:
                self._run(question.rule, b"{}")
            except Unavailable as error:
                if " is unsafe" in error.detail or "could not find function" in error.detail:
                    errors.append(error.detail)
        if errors:
            raise PolicyError(sorted(set(errors)))


def _question(path: syntax.Path, reach: Reach) -> _Question:
    is_bounded = reach.paths is not None and not any(
        place[: len(path)] == path for path in reach.paths for place in UNBOUNDED
    )
    return _Question(".".join(("data", *path)), reach, reach.is_steady and is_bounded)


def load(loaded: Bundle, *, with_tests: bool = False) -> tuple[Any, list[syntax.Module]]:
    """A regorus Engine with the policies, data and replaced builtins, and the modules to lint.

    Raises PolicyError for what does not parse.
    """
    engine = regorus.Engine()
    # print() would write the input, prompts and all, to standard error.
    engine.set_gather_prints(True)
    builtins.install(engine)
    sources = {**loaded.modules, **(loaded.tests if with_tests else {})}
    errors = []
    for file, source in sources.items():
        try:
            engine.add_policy(file, source)
        except Exception as error:
            errors.append(message(error, file))
    if errors:
        raise PolicyError(errors)
    try:
        trees = json.loads(engine.get_ast_as_json())
        modules = [
            syntax.read_module(file, source, tree["ast"])
            for (file, source), tree in zip(sources.items(), trees, strict=True)
        ]
        engine.add_data_json(msgspec.json.encode(loaded.data).decode())
    except RecursionError:
        raise PolicyError(["policy:1: an expression is too long"]) from None
    except RuntimeError as error:
        raise PolicyError([message(error, "data")]) from None
    return engine, modules


def check_policies(path: Path, entrypoints: Mapping[Phase, str]) -> list[str]:
    """Everything that is wrong with a directory of policies, each `file:line: what is wrong`."""
    try:
        EmbeddedEngine(path, entrypoints, timeout=1.0)
    except PolicyError as error:
        return error.errors
    return []


def message(error: BaseException, file: str = "policy") -> str:
    """An error of regorus as `file:line: what is wrong`, without its pictures and backtraces."""
    text = str(error).partition("\n\nStack backtrace:")[0].strip()
    where = _WHERE.search(text)
    _, marked, what = text.rpartition("error: ")
    what = what.partition(" (path [")[0]  # the engine's own scopes
    what = " ".join((what if marked else text.rpartition("\n")[2] or text).split())
    if where is None:
        return f"{file}:1: {what or type(error).__name__}"
    return f"{where['file']}:{where['line']}: {what}"


def _entrypoint_mistakes(
    path: Path, entrypoints: Mapping[Phase, str], modules: list[syntax.Module]
) -> list[str]:
    rules = {rule.path for module in modules for rule in module.rules if not rule.is_function}
    errors = []
    for phase, entrypoint in entrypoints.items():
        parts = tuple(entrypoint.split("/"))
        if not _ENTRYPOINT.fullmatch(entrypoint):
            errors.append(f"{path}:1: {phase}: {entrypoint!r} is no path such as package/rule")
        elif parts not in rules:
            errors.append(f"{path}:1: {phase}: there is no rule {entrypoint}")
    return errors
