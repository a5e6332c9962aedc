"""`python -m bench.masking`: what masking costs by itself, on one core, without Envoy.

Everything is made beforehand from fixed seeds. Jobs take turns, round by round, and each figure is
the median of its rounds, in processor time, so that other programs on the machine do not count.
A job that is named as a base runs in the same rounds:

    re          one `re` alternation of plain patterns, as one would write it in an hour
    json        the standard library's `json`: loads for a body, loads and dumps for an event

Before anything is timed, what is masked must be masked, in whole texts and in streams alike.
"""

from __future__ import annotations

import argparse
import ast
import json
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from random import Random
from typing import Any, Literal

from bench.load import quantile
from bench.machine import facts
from bench.report import insert, table
from bench.samples import SETS, prose
from bench.samples.draft import Draft
from bench.samples.draft import prose as blocks
from bench.samples.values import MAKERS
from extproc.core.llm import AnswerStream, Route, mask_document, parse_json, write_json
from extproc.core.masking import Masker

RESULTS = Path(__file__).parent / "results"
PAGE = Path(__file__).parent.parent / "docs" / "performance.md"
MARKER = "masking"
PROFILES = ("default", "structured", "secrets", "strict")
TERMS = 10_000
KB = 1024
_MB = 1_000_000

Job = Callable[[], int]
"""Does its work once; returns how much it was: bytes, or events."""
Dialect = Literal["openai", "anthropic"]

PLAIN = re.compile(
    "|".join(
        (
            r"\b[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}\b",
            r"\b(?:\d[ -]?){13,16}\b",
            r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}\b",
            r"\b\d{3}-\d{2}-\d{4}\b",
            r"\+\d{1,3}[ .-]?(?:\d[ .-]?){7,12}\d",
            r"\(?\b\d{3}\)?[ .-]\d{3}[ .-]\d{4}\b",
            r"\b(?:\d{1,3}\.){3}\d{1,3}\b",
            r"\b(?:[0-9A-Fa-f]{1,4}:){7}[0-9A-Fa-f]{1,4}\b",
            r"\b(?:[0-9A-Fa-f]{2}[:-]){5}[0-9A-Fa-f]{2}\b",
            r"https?://[^\s\"'<>]+",
            r"\b[13][1-9A-HJ-NP-Za-km-z]{25,34}\b",
            r"\b0x[0-9a-fA-F]{40}\b",
            r"\bAKIA[0-9A-Z]{16}\b",
            r"\bsk-[A-Za-z0-9_-]{20,}\b",
            r"\bgh[pousr]_[A-Za-z0-9]{36}\b",
            r"\bxox[abprs]-[A-Za-z0-9-]{10,}",
            r"\beyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]{10,}",
            r"-----BEGIN [A-Z ]*PRIVATE KEY-----",
            r"(?i:password|passwd|pwd)\s*[:=]\s*\S{6,}",
            r"(?i:secret|token|api_?key)\s*[:=]\s*\S{12,}",
        )
    )
)
"""The base: a twentieth of what there would be to look for, and none of it is checked."""


# -- texts -----------------------------------------------------------------------------------------


def ordinary(count: int = 300) -> list[str]:
    """Prompts of one KB: plain sentences, and one with a value or two in the middle."""
    random = Random("ordinary")
    return [_sentences(random, KB, has_value=True) for _ in range(count)]


def clean(count: int = 300) -> list[str]:
    """The same without a value."""
    random = Random("clean")
    return [_sentences(random, KB, has_value=False) for _ in range(count)]


def dense() -> list[str]:
    """The judged prose, cut into prompts of one KB: about ten values each."""
    text = "\n".join(row.text for row in SETS["prose"].rows())
    return [text[at : at + KB] for at in range(0, len(text) - KB, KB)]


def code(count: int = 300) -> list[str]:
    """Python's own, a KB of each of its files: what is pasted most after prose."""
    texts = [row.text[KB : 2 * KB] for row in SETS["code"].rows() if row.text.isascii()]
    return [text for text in texts if len(text) == KB][:count]


def documentation(count: int = 12) -> list[str]:
    """Prose that nobody wrote for this: paragraphs of English from the documentation strings of
    Python's standard library, those without code."""
    paragraphs = []
    for file in sorted(Path(json.__file__).parent.parent.glob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8", errors="replace"))):
            if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef)):
                paragraphs += [
                    text
                    for text in (ast.get_docstring(node) or "").split("\n\n")
                    if len(text) > _PARAGRAPH and not _CODE.search(text)
                ]
    step = len(paragraphs) // count
    return ["\n\n".join(paragraphs[at : at + step]) for at in range(0, step * count, step)]


_PARAGRAPH = 250
_CODE = re.compile(r"^\s|>>>|[_=(){}<>\[\]`|*:/\\]", re.MULTILINE)


def mixed(count: int = 40) -> list[str]:
    """What a model answers to an engineer: prose, log lines, configuration, code."""
    random = Random("mixed")
    logs = [row.text for row in SETS["logs"].rows()]
    files = [row.text for row in SETS["secrets"].rows()]
    texts = []
    for _ in range(count):
        parts = [_sentences(random, 700, has_value=True), random.choice(logs)]
        parts += [_sentences(random, 300, has_value=False), random.choice(files)]
        texts.append("\n\n".join(parts))
    return texts


_TALK = blocks("""\
The committee read the notes of the last meeting and changed nothing in them.

I would rather keep it short, with a friendly tone and without any bullet points.

Could you explain how a mortgage differs from a lease, as if I had never heard of either?

The new plan begins in spring, but nobody has told the people who will have to carry it out.

Please rewrite the second paragraph so that it sounds less like an advertisement.

What I like about this approach is that each part can be tested by itself.

We walked along the river until it got dark, and then we took the last bus home.

If the customer asks for a refund, apologise first and then look at the terms together.

The function returns early when the list is empty, so the loop below never sees that case.

My grandmother used to say that a good soup needs patience more than it needs salt.

Compare both designs, name the risks of each, and recommend one of them with your reasons.

It compiles, but the tests fail whenever the cache is cold, and I have no idea why.
""")


def _sentences(random: Random, size: int, *, has_value: bool) -> str:
    """Two of three without a digit."""
    draft = Draft()
    has_spoken = not has_value
    while len(text := draft.row("").text) < size:
        if not has_spoken and len(text) > size // 2:
            draft.fill("Write to «email» about it; the deposit is due. ", MAKERS, random)
            has_spoken = True
        others = prose.WITHOUT if random.random() < 1 / 3 else _TALK
        draft.fill(random.choice(others) + " ", MAKERS, random)
    return text[:size]


def tokens(text: str) -> list[str]:
    """About as a model cuts: a space and up to six letters, or up to three other characters."""
    return re.findall(r"\s?\w{1,6}|\s?[^\w\s]{1,3}|\s{1,8}", text)


def events(text: str, dialect: Dialect) -> list[bytes]:
    """A whole answer as server-sent events, one for each token and those around them."""
    pieces = tokens(text)
    if dialect == "openai":
        return [
            *(_openai({"content": piece}) for piece in pieces),
            _openai({}, "stop"),
            b"data: [DONE]\n\n",
        ]
    block = {"type": "text", "text": ""}
    return [
        _anthropic("content_block_start", index=0, content_block=block),
        *(
            _anthropic("content_block_delta", index=0, delta={"type": "text_delta", "text": piece})
            for piece in pieces
        ),
        _anthropic("content_block_stop", index=0),
        _anthropic("message_stop"),
    ]


def _openai(delta: object, finish: str | None = None) -> bytes:
    document = {
        "id": "chatcmpl-9f2c", "object": "chat.completion.chunk", "created": 1_760_000_000,
        "model": "bench", "choices": [{"index": 0, "delta": delta, "finish_reason": finish}],
    }  # fmt: skip
    return b"data: " + json.dumps(document, separators=(",", ":")).encode() + b"\n\n"


def _anthropic(name: str, **fields: object) -> bytes:
    data = json.dumps({"type": name, **fields}, separators=(",", ":")).encode()
    return b"event: " + name.encode() + b"\ndata: " + data + b"\n\n"


ROUTES: Mapping[Dialect, Route] = {
    "openai": Route("openai", "chat"),
    "anthropic": Route("anthropic", "messages"),
}


def body(size: int = 1 << 20) -> bytes:
    """A request of many turns, one value a KB."""
    texts = ordinary(size // KB)
    turns = [
        {"role": ("user", "assistant")[index % 2], "content": text}
        for index, text in enumerate(texts)
    ]
    document = {"model": "bench", "messages": turns[: size // (KB + 40)], "max_tokens": 64}
    return json.dumps(document, separators=(",", ":")).encode()


def terms(count: int = TERMS) -> list[str]:
    """Names of projects that nobody has: two words each."""
    random = Random("terms")
    made: dict[str, None] = {}
    while len(made) < count:
        made[" ".join(_word(random) for _ in range(2))] = None
    return list(made)


def _word(random: Random) -> str:
    pairs = (random.choice("bcdfgklmnprstvz") + random.choice("aeiou") for _ in range(3))
    return "".join(pairs).title()


# -- measures --------------------------------------------------------------------------------------


def rates(jobs: Mapping[str, Job], rounds: int, least: float = 0.1) -> dict[str, float]:
    """Amount a second of processor time: the median of rounds in which the jobs take turns."""
    for job in jobs.values():
        job()
    found: dict[str, list[float]] = {name: [] for name in jobs}
    for _ in range(rounds):
        for name, job in jobs.items():
            done, began = 0, time.process_time()
            while (used := time.process_time() - began) < least:
                done += job()
            found[name].append(done / used)
    return {name: statistics.median(each) for name, each in found.items()}


def masking(masker: Masker, texts: Sequence[str]) -> Job:
    size = sum(len(text.encode()) for text in texts)

    def job() -> int:
        for text in texts:
            masker.mask(text)
        return size

    return job


def matching(texts: Sequence[str]) -> Job:
    size = sum(len(text.encode()) for text in texts)

    def job() -> int:
        for text in texts:
            PLAIN.sub("[X]", text)
        return size

    return job


def streaming(masker: Masker, dialect: Dialect, streams: Sequence[Sequence[bytes]]) -> Job:
    """Events in, one at a time, and out."""

    def job() -> int:
        for stream in streams:
            answer = AnswerStream(ROUTES[dialect], masker)
            for event in stream:
                answer.feed(event)
            answer.finish()
        return sum(map(len, streams))

    return job


def reading(streams: Sequence[Sequence[bytes]]) -> Job:
    """The base of streams: read each event and write it again."""

    def job() -> int:
        for stream in streams:
            for event in stream:
                data = event.partition(b"data: ")[2]
                if data != b"[DONE]\n\n":
                    b"data: %s\n\n" % json.dumps(json.loads(data)).encode()
        return sum(map(len, streams))

    return job


def delays(masker: Masker, dialect: Dialect, stream: Sequence[bytes]) -> list[int]:
    """For each event, how many others came before it went out: 0 is at once."""
    answer = AnswerStream(ROUTES[dialect], masker)
    late: list[int] = []
    for came, event in enumerate(stream):
        out = answer.feed(event).count(b"\n\n")
        late += [came - len(late) - index for index in range(out)]
    rest = answer.finish().count(b"\n\n")
    late += [len(stream) - 1 - len(late) - index for index in range(rest)]
    return late


def prove(masker: Masker, texts: Sequence[str]) -> None:
    """Raises ValueError when a value is passed on, or a stream differs from its whole text."""
    for text in texts[:20]:
        whole = masker.mask(text)[0]
        if MAIL.search(text) and (MAIL.search(whole) or "[EMAIL]" not in whole):
            raise ValueError(
                "an e-mail address was not masked: no figure of it would mean anything"
            )
        for dialect in ROUTES:
            answer = AnswerStream(ROUTES[dialect], masker)
            data = b"".join(answer.feed(event) for event in events(text, dialect))
            said = "".join(_said(data + answer.finish()))
            if said != whole:
                raise ValueError(f"an {dialect} stream is not masked as its text is")


MAIL = re.compile(r"[\w.+-]+@[\w-]+\.[a-z]+")


def _said(data: bytes) -> Iterator[str]:
    for line in data.decode().splitlines():
        if line.startswith("data: {"):
            document = json.loads(line[6:])
            if "choices" in document:
                yield document["choices"][0]["delta"].get("content") or ""
            elif document["type"] == "content_block_delta":
                yield document["delta"]["text"]


_CHILD = """
import sys, time
text = sys.stdin.read()
began = time.process_time()
if sys.argv[1]:
    from extproc.core.masking import Masker
    from extproc.process import give_back_memory
    imported = time.process_time()
    masker = Masker(sys.argv[1])
    built = time.process_time()
    for at in range(0, len(text), 1024):
        masker.mask(text[at:at + 1024])
    give_back_memory()
else:
    imported = built = time.process_time()
with open("/proc/self/status") as file:
    status = dict(line.split(":", 1) for line in file)
print(imported - began, built - imported, status["VmRSS"].split()[0])
"""


def fresh(profile: str, text: str) -> dict[str, float]:
    """Of a new process: seconds to import and to build, MiB resident after it masked `text` and
    gave back, as a worker does once it stands, what building left."""
    child = subprocess.run(
        [sys.executable, "-c", _CHILD, profile],
        input=text, capture_output=True, text=True, check=True,
    )  # fmt: skip
    imported, built, resident = map(float, child.stdout.split())
    return {"import_s": imported, "build_s": built, "resident_mib": resident / 1024}


def measure(rounds: int, say: Callable[[str], None]) -> dict[str, Any]:
    """Raises ValueError when something is not masked as it must be."""
    result: dict[str, Any] = {"rounds": rounds, "machine": _machine()}
    texts = {"ordinary": ordinary(), "dense": dense(), "clean": clean(), "code": code()}
    maskers = {profile: Masker(profile) for profile in PROFILES}
    prove(maskers["default"], texts["ordinary"])

    say("texts of 1 KB")
    jobs: dict[str, Job] = {}
    for kind, each in texts.items():
        jobs[f"re {kind}"] = matching(each)
        for profile, masker in maskers.items():
            jobs[f"{profile} {kind}"] = masking(masker, each)
    result["mb_s"] = {name: rate / _MB for name, rate in rates(jobs, rounds).items()}

    say(f"{TERMS:,} terms")
    began = time.process_time()
    wordy = Masker("default", terms())
    result["terms"] = {"build_s": time.process_time() - began}
    name = terms()[-1]
    if wordy.mask(f"About {name}, again.")[0] != "About [TERM], again.":
        raise ValueError("a term was not masked")
    both = {
        "none": masking(maskers["default"], texts["ordinary"]),
        "terms": masking(wordy, texts["ordinary"]),
    }
    result["terms"] |= {name: rate / _MB for name, rate in rates(both, rounds).items()}

    say("streams")
    kinds = {"prose": ["".join(texts["ordinary"][at : at + 4]) for at in range(0, 40, 4)]}
    # Without values: what a reader waits for although nothing is masked.
    kinds["clean"] = ["".join(texts["clean"][at : at + 4]) for at in range(0, 40, 4)]
    kinds["documentation"] = documentation()
    kinds["mixed"] = mixed()
    jobs, held = {}, {}
    for dialect in ROUTES:
        for kind, answers in kinds.items():
            streams = [events(text, dialect) for text in answers]
            jobs[f"json {dialect} {kind}"] = reading(streams)
            jobs[f"{dialect} {kind}"] = streaming(maskers["default"], dialect, streams)
            late = sorted(n for each in streams for n in delays(maskers["default"], dialect, each))
            held[f"{dialect} {kind}"] = {
                "p50": quantile(late, 0.5), "p90": quantile(late, 0.9),
                "p99": quantile(late, 0.99), "most": late[-1], "events": len(late),
            }  # fmt: skip
    result["events_s"] = rates(jobs, rounds)
    result["held"] = held

    say("a body of 1 MB")
    data = body()

    def document() -> int:
        found = mask_document(ROUTES["openai"], parse_json(data), maskers["default"], "request")
        write_json(found.document)
        return 1

    def loads() -> int:
        json.loads(data)
        return 1

    many = rates({"body": document, "json": loads}, rounds)
    result["body"] = {"bytes": len(data)} | {name: 1000 / rate for name, rate in many.items()}

    say("memory")
    text = "".join(texts["dense"])
    result["fresh"] = {profile: fresh(profile, text) for profile in ("", *PROFILES)}
    return result


def _machine() -> dict[str, str]:
    found = facts(Path(__file__).parent, one_core=True)
    kept = {name: found[name] for name in ("when", "processor", "system", "Python", "other load")}
    names = ("hyperscan", "google-re2", "extproc")
    return {**kept, "versions": ", ".join(f"{name} {version(name)}" for name in names)}


# -- tables ----------------------------------------------------------------------------------------


def page(result: Mapping[str, Any]) -> str:
    speed, held = result["mb_s"], result["held"]
    kinds = list(dict.fromkeys(name.split(" ")[1] for name in speed))
    parts = [
        table(
            ["run", ""],
            [
                *([name, value] for name, value in result["machine"].items()),
                ["rounds", str(result["rounds"])],
            ],
        ),
        "#### Texts of 1 KB, MB a second of processor time (times the base)",
        table(
            ["", *kinds],
            [
                [
                    name if name != "re" else "base: one `re` alternation of 20 plain patterns",
                    *(
                        _times(speed[f"{name} {kind}"], speed[f"re {kind}"], "{:.1f}")
                        for kind in kinds
                    ),
                ]
                for name in dict.fromkeys(each.split(" ")[0] for each in speed)
            ],
        ),
        "#### Streams, profile `default`: server-sent events in and out, one at a time",
        table(
            [
                "stream",
                "events/s",
                "`json` loads and dumps alone",
                "held p50",
                "p90",
                "p99",
                "most",
            ],
            [
                [
                    name,
                    f"{result['events_s'][name]:,.0f}",
                    f"{result['events_s'][f'json {name}']:,.0f}",
                    *(f"{held[name][each]:.0f}" for each in ("p50", "p90", "p99", "most")),
                ]
                for name in held
            ],
        ),
        "*Held*: how many events came before an event could go out; 0 is at once.",
        "#### Bodies, terms, memory",
        table(["", "is", "base"], _rest(result)),
    ]
    return "\n\n".join(parts) + "\n"


def _times(rate: float, base: float, shape: str) -> str:
    return shape.format(rate) + ("" if rate == base else f" ({rate / base:,.0f}×)")


def _rest(result: Mapping[str, Any]) -> list[list[str]]:
    found, words, new = result["body"], result["terms"], result["fresh"]
    return [
        [
            f"JSON body of {found['bytes'] / _MB:.2f} MB: read, mask, write",
            f"{found['body']:.1f} ms",
            f"{found['json']:.1f} ms, `json.loads` alone",
        ],
        [
            f"1 KB, ordinary, with {TERMS:,} terms",
            f"{words['terms']:.1f} MB/s",
            f"{words['none']:.1f} MB/s without",
        ],
        [f"build with {TERMS:,} terms", f"{words['build_s']:.2f} s", ""],
        *(
            [
                f"a new process, `{profile}`: import, build",
                f"{each['import_s']:.2f} s, {each['build_s']:.2f} s",
                "",
            ]
            for profile, each in new.items()
            if profile
        ),
        *(
            [
                f"resident after work, `{profile}`",
                f"{each['resident_mib']:.0f} MiB",
                f"{new['']['resident_mib']:.0f} MiB, no masker",
            ]
            for profile, each in new.items()
            if profile
        ),
    ]


def arguments(argv: Sequence[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.masking", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="how often each job has its turn")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the result here too")
    parser.add_argument("--from", dest="saved", type=Path, metavar="FILE", help="show this result")
    parser.add_argument(
        "--write-docs", action="store_true", help="put the tables into docs/performance.md"
    )
    options = parser.parse_args(argv)
    if not 1 <= options.rounds <= 50:
        parser.error("--rounds: expected 1 to 50")
    return options


def main(argv: Sequence[str] | None = None) -> int:
    options = arguments(argv)
    began = time.perf_counter()

    def say(words: str) -> None:
        print(f"[{time.perf_counter() - began:5.1f} s] {words}", file=sys.stderr, flush=True)

    if options.saved:
        result = json.loads(options.saved.read_text())
    else:
        try:
            result = measure(options.rounds, say)
        except ValueError as error:
            print(f"error: {error}", file=sys.stderr)
            return 1
        RESULTS.mkdir(exist_ok=True)
        name = time.strftime("%Y%m%dT%H%M%SZ-masking", time.gmtime())
        for file in (RESULTS / f"{name}.json", options.json):
            if file is not None:
                file.write_text(json.dumps(result, indent=1) + "\n")
    print(page(result))
    if options.write_docs:
        PAGE.write_text(insert(PAGE.read_text(), page(result), MARKER))
    return 0


if __name__ == "__main__":
    sys.exit(main())
