"""Ids sort in the order in which they were made; a process knows how much it wants to work."""

from __future__ import annotations

import subprocess
import sys
import threading
import time

from hypothesis import given
from hypothesis import strategies as st

from extproc.adapters.system import SortableIds, SystemClock, wanted_processor

ALPHABET = set("0123456789ABCDEFGHJKMNPQRSTVWXYZ")


class ScriptedClock:
    def __init__(self, moments: list[int]) -> None:
        self._moments = iter(moments)

    def now(self) -> int:
        return next(self._moments)

    def elapsed(self) -> int:
        return 0


@given(st.lists(st.integers(0, (1 << 47) * 1000), min_size=1))
def test_ids_sort_as_they_were_made(moments: list[int]) -> None:
    ids = SortableIds(ScriptedClock(moments))
    made = [ids.new("exc") for _ in moments]
    assert made == sorted(set(made))


def test_an_id_is_its_prefix_and_26_characters_of_crockford() -> None:
    prefix, _, rest = SortableIds().new("agt").partition("_")
    assert (prefix, len(rest), set(rest) - ALPHABET) == ("agt", 26, set())


def test_the_time_comes_first() -> None:
    at = SortableIds(ScriptedClock([1_700_000_000_000_000])).new("dec")
    number = 0
    for character in at.partition("_")[2]:
        number = number << 5 | "0123456789ABCDEFGHJKMNPQRSTVWXYZ".index(character)
    assert number >> 80 == 1_700_000_000_000


def test_threads_never_get_the_same_id() -> None:
    ids, made = SortableIds(), list[str]()
    threads = [
        threading.Thread(target=lambda: made.extend(ids.new("exc") for _ in range(500)))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(made)) == 2000


def test_a_forked_process_does_not_count_on_from_its_parents_last_id() -> None:
    program = """
import os
from extproc.adapters.system import SortableIds
class Stopped:
    def now(self): return 1_000_000
    def elapsed(self): return 0
ids = SortableIds(Stopped())
ids.new("exc")
child = os.fork()
os.write(1, ids.new("exc").encode() + b"\\n")
if child:
    os.waitpid(child, 0)
"""
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert len(set(ran.stdout.split())) == 2


def test_the_clock_counts_microseconds() -> None:
    clock = SystemClock()
    assert clock.now() > 1_700_000_000_000_000
    assert clock.elapsed() <= clock.elapsed()


def test_a_process_that_works_wants_the_processor() -> None:
    before, began = wanted_processor(), time.process_time()
    while time.process_time() - began < 0.02:
        pass
    assert wanted_processor() - before >= 0.01
