"""The console in a real browser: what people do there, by mouse and by keyboard.

Needs Debian's chromium and the package `playwright`; without them these tests are skipped.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from extproc.adapters.sqlite.approvals import ApprovalStore
from extproc.adapters.sqlite.records import RecordWriter
from extproc.adapters.system import SortableIds, SystemClock
from extproc.core.approval import Held
from extproc.core.decision import Approval, Phase
from extproc.core.record import AnswerRecord, DecisionRecord, ExchangeRecord, Outcome, Record
from tests.stack import Stack

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
CHROMIUM = shutil.which("chromium")
pytestmark = [
    pytest.mark.e2e,
    pytest.mark.skipif(CHROMIUM is None, reason="there is no chromium on this machine"),
]

AXE = Path(__file__).parent / "axe" / "axe-4.14.1.min.js"
THREE = 1_763_953_205_000_000
"""2025-11-24 03:00:05 UTC, in microseconds."""
HOSTILE = "<img src=x onerror=alert(1)>\u202e\x07"
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 900}
WORDS = ("Write", " to", " [EMAIL]", " at", " once", ".")


def streamed() -> tuple[bytes, tuple[tuple[int, int], ...]]:
    """A recorded stream of two seconds, in which there was a pause of a minute."""
    frames = [
        f'data: {{"choices":[{{"index":0,"delta":{{"content":"{word}"}}}}]}}\n\n'.encode()
        for word in WORDS
    ]
    moments = [0, 200_000, 400_000, 60_400_000, 61_000_000, 62_000_000]
    return b"".join(frames), tuple(zip(moments, map(len, frames), strict=True))


def recorded() -> list[Record]:
    body, chunks = streamed()
    common: dict[str, Any] = {
        "subject": "alice", "issuer": "corp", "agent_id": "agt_1", "agent_name": "notebook",
        "source": "127.0.0.9", "method": "POST", "path": "/v1/chat/completions", "model": "gpt-5",
        "findings": {"EMAIL": 1},
    }  # fmt: skip
    return [
        DecisionRecord("dec_3", "exc_3", Phase.REQUEST, THREE, True, revision="r-7", duration=300),
        ExchangeRecord(
            exchange_id="exc_3", at=THREE, body=b'{"content":"who is [EMAIL]?"}', stream=True,
            **common,
        ),
        AnswerRecord(
            exchange_id="exc_3", at=THREE + 5, status=200, outcome=Outcome.COMPLETED, body=body,
            chunks=chunks, input_tokens=3, output_tokens=6, duration=2_000_000,
        ),
        *(
            ExchangeRecord(
                exchange_id=f"exc_4{n:03}", at=THREE + 3600_000_000 + n, reason=HOSTILE,
                **{**common, "agent_name": HOSTILE, "model": f"{HOSTILE} {'long' * 60}"},
            )
            for n in range(60)
        ),
    ]  # fmt: skip


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    running = Stack(
        tmp_path_factory.mktemp("console"),
        "http://127.0.0.1:9",
        {"agents": {"idle_timeout": "1h", "per_subject": 50}, "credentials": {"ttl": "15m"}},
    )
    writer = RecordWriter(running.data_dir / "audit.db")
    for record in recorded():
        writer.enqueue(record)
    writer.close()
    try:
        running.start_server()
        yield running
    finally:
        running.stop()


def hold(stack: Stack, word: str) -> str:
    """A call that waits for a person."""
    clock = SystemClock()
    store = ApprovalStore(stack.data_dir / "approvals.db")
    case = store.ask(
        Held(
            digest=word.encode(), exchange_id="exc_3", subject="alice", issuer="corp",
            agent_id=f"agt_{word}", agent_name=HOSTILE, api="openai", operation="chat",
            model="gpt-5", rule=Approval(required=True, reason=f"Asks for {word}."),
            revision="r-7", body=f'{{"content":"{word} for [PERSON]"}}'.encode(),
        ),
        SortableIds(clock).new("apr"), clock.now(), 3600_000_000, 20,
    )  # fmt: skip
    store.close()
    return str(case.id)  # type: ignore[union-attr]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


class Person:
    """Somebody with a browser, whose errors are kept."""

    def __init__(self, stack: Stack, context: Any, credential: str) -> None:
        self.errors: list[str] = []
        self.stack = stack
        self.context = context
        self.credential = credential
        self.page = context.new_page()
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))

    def _heard(self, message: Any) -> None:
        if message.type in ("error", "warning"):
            self.errors.append(message.text)

    def open(self, path: str) -> None:
        self.page.goto(f"{self.stack.control_url}{path}")

    def sign_in(self, path: str = "/") -> None:
        self.open(path)
        self.page.get_by_label("credential").fill(self.credential)
        self.page.get_by_role("button", name="Sign in").click()


@pytest.fixture
def people(stack: Stack, chromium: Any) -> Iterator[Callable[..., Person]]:
    made: list[Person] = []
    credential = stack.token("root", groups=("admin",), name="console")

    def make(*, signs_in: bool = True, **options: Any) -> Person:
        context = chromium.new_context(**{"viewport": DESK, **options})
        person = Person(stack, context, credential)
        made.append(person)
        if signs_in:
            person.sign_in()
        return person

    yield make
    for person in made:
        person.context.close()
        assert person.errors == []


def test_somebody_signs_in_and_comes_to_where_they_wanted(
    people: Callable[..., Person],
) -> None:
    person = people(signs_in=False)
    person.sign_in("/sessions?model=gpt-5")
    assert person.page.url.endswith("/sessions?model=gpt-5")
    assert "Signed in as root (admin)" in person.page.inner_text("header")
    person.page.get_by_role("button", name="Sign out").click()
    assert "Signed out" in person.page.title()
    person.open("/")
    assert "/login" in person.page.url


def test_an_agent_is_ended(stack: Stack, people: Callable[..., Person]) -> None:
    agent, _ = stack.agent("mallory", name="stray")
    person = people()
    person.open("/agents?subject=mallory")
    person.page.get_by_text("End stray").click()
    person.page.get_by_role("button", name=f"Yes, end {agent}").click()
    assert "The agent was ended" in person.page.inner_text("main")
    assert agent not in person.page.inner_text("main")
    with stack.agents() as agents:
        assert not agents.is_running(agent)


def test_the_call_at_three_is_found_and_replayed(people: Callable[..., Person]) -> None:
    person = people()
    page = person.page
    page.get_by_role("link", name="Sessions").click()
    page.get_by_label("At", exact=True).fill("2025-11-24T03:00")
    page.get_by_label("Time zone").fill("UTC")
    page.get_by_label("Model", exact=True).fill("gpt-5")
    page.get_by_role("button", name="Search").click()
    assert page.locator("tbody tr").count() == 1
    page.locator("tbody tr a").first.click()
    assert "who is [EMAIL]?" in page.inner_text("main")
    assert page.locator("mark", has_text="[EMAIL]").count() >= 2

    stream = page.locator("[data-stream]")
    assert stream.inner_text() == "".join(WORDS)
    page.get_by_label("Speed").select_option("20 times")
    # The pause of a minute is played as half a second.
    page.get_by_label("Pauses").select_option("at most 0.5 s")
    assert "of 1.9 s" in page.locator("[data-clock]").inner_text()
    page.get_by_label("Place").fill("0")
    assert stream.inner_text() == "Write"
    page.get_by_label("Place").fill("410")
    assert stream.inner_text() == "Write to [EMAIL]"
    page.get_by_role("button", name="Play").click()
    page.get_by_role("button", name="Play").wait_for()
    assert stream.inner_text() == "".join(WORDS)
    assert "1.9 of 1.9 s" in page.locator("[data-clock]").inner_text()


def test_the_first_page_keeps_itself_fresh(stack: Stack, people: Callable[..., Person]) -> None:
    person = people()
    row = person.page.locator("#now tr", has_text="newcomer")
    assert row.count() == 0
    stack.agent("newcomer")
    row.wait_for(timeout=10_000)
    person.page.get_by_role("link", name="Hold it still").click()
    assert person.page.locator("script").count() == 0


def test_nothing_needs_a_script(stack: Stack, people: Callable[..., Person]) -> None:
    agent, _ = stack.agent("scriptless")
    person = people(java_script_enabled=False)
    person.open("/exchanges/exc_3")
    assert person.page.locator("[data-stream]").inner_text() == "".join(WORDS)
    assert not person.page.get_by_role("button", name="Play").is_visible()
    person.open("/agents?subject=scriptless")
    person.page.locator("summary", has_text=agent).click()
    person.page.get_by_role("button", name=f"Yes, end {agent}").click()
    assert "The agent was ended" in person.page.inner_text("main")


def test_held_calls_are_decided_by_keyboard_alone(
    stack: Stack, people: Callable[..., Person]
) -> None:
    first, second = hold(stack, "flowers"), hold(stack, "money")
    person = people(signs_in=False)
    page = person.page
    person.open("/approvals")
    page.keyboard.press("Tab")
    page.keyboard.type(person.credential)
    page.keyboard.press("Enter")
    page.wait_for_url("**/approvals")
    assert "Keys: j next" in page.inner_text("main")
    keys = ["j"]
    if "money" not in page.locator("[data-item]").first.inner_text():
        keys.append("j")
    for key in keys:
        page.keyboard.press(key)
    page.keyboard.press("d")
    page.keyboard.type("no money, j and a")
    page.keyboard.press("Enter")
    page.wait_for_url("**/approvals?done=denied")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/approvals/{first}")
    assert "flowers for [PERSON]" in page.inner_text("pre")
    page.keyboard.press("a")
    page.keyboard.press("Enter")
    page.wait_for_url("**/approvals?done=approved")
    store = ApprovalStore(stack.data_dir / "approvals.db")
    assert {id: str(store.get(id).state) for id in (first, second)} == {  # type: ignore[union-attr]
        first: "approved",
        second: "denied",
    }
    store.close()


def test_keys_can_be_turned_off(stack: Stack, people: Callable[..., Person]) -> None:
    id = hold(stack, "silence")
    person = people()
    person.open(f"/approvals/{id}")
    person.page.get_by_role("button", name="Keys are on").click()
    person.page.keyboard.press("a")
    assert not person.page.get_by_role("button", name="Approve this request").is_visible()
    person.open(f"/approvals/{id}")
    person.page.get_by_role("button", name="Keys are off").click()
    person.page.keyboard.press("a")
    assert person.page.get_by_role("button", name="Approve this request").is_visible()


def addresses(stack: Stack) -> list[str]:
    waiting = hold(stack, "time")
    return [
        "/", "/?live=off", "/agents", "/sessions", "/sessions?at=soon", "/sessions?decision=deny",
        "/sessions/agt_1", "/exchanges/exc_3", "/exchanges/exc_4001", "/policy", "/audit",
        "/approvals", f"/approvals/{waiting}", "/approvals/none",
    ]  # fmt: skip


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_is_accessible(stack: Stack, people: Callable[..., Person], scheme: str) -> None:
    stack.agent("parent", name="parent")
    person = people(color_scheme=scheme)
    person.context.add_init_script(path=AXE)
    found = {}
    for path in [*addresses(stack), "/login"]:
        person.open(path)
        # What is folded up is looked at too.
        for summary in person.page.locator("details > summary").all():
            summary.click()
        result = person.page.evaluate("axe.run()")
        assert result["passes"]
        found[path] = [
            (one["id"], [node["html"][:200] for node in one["nodes"]])
            for one in result["violations"]
        ]
    # What was asked for and is not there, or not understood, is an answer, not an error.
    person.errors = [each for each in person.errors if "status of 40" not in each]
    assert {path: wrong for path, wrong in found.items() if wrong} == {}


def test_every_page_fits_a_telephone(stack: Stack, people: Callable[..., Person]) -> None:
    stack.agent("parent-with-a-name-that-is-long-" * 4, name="n" * 120)
    person = people(viewport=PHONE)
    wide = {}
    for path in addresses(stack):
        person.open(path)
        for summary in person.page.locator("details > summary").all():
            summary.click()
        width = person.page.evaluate("document.documentElement.scrollWidth")
        if width > PHONE["width"]:
            wide[path] = width
    person.errors = [each for each in person.errors if "status of 40" not in each]
    assert wide == {}


def test_names_of_strangers_do_nothing(people: Callable[..., Person]) -> None:
    person = people()
    person.open("/sessions")
    rows = person.page.locator("tbody tr")
    assert rows.count() == 50
    assert person.page.locator("main img").count() == 0
    assert "U+202E" in rows.first.inner_text()
    person.page.get_by_role("link", name="Older").click()
    assert rows.count() == 11
    assert re.search(r"before=\d+\.exc_", person.page.url)
