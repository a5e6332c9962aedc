"""Keys whose first characters name their provider: what is found, and what comes near."""

from __future__ import annotations

import random
import re
import string

import pytest

from extproc.core.masking.detectors.format import Format
from extproc.core.masking.detectors.provider import DETECTORS, FORMATS
from tests.core.masking.detectors.cases import Case, check, each

# Put together, so that no scanner takes them for leaked ones.
_RANDOM = "A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8S9t0"
CASES: list[Case] = [
    ("Amazon", "AKIA" + "IOSFODNN7EXAMPLE", "[API_KEY]"),
    ("OpenAI", "use sk-" + "proj-" + _RANDOM + " now", "use [API_KEY] now"),
    ("an old one of OpenAI", "sk-" + _RANDOM, "[API_KEY]"),
    ("Anthropic", "sk-" + "ant-api03-" + _RANDOM + "_x-AA", "[API_KEY]"),
    ("GitHub", "ghp_" + _RANDOM[:36], "[API_KEY]"),
    ("GitHub, fine-grained", "github_pat_" + _RANDOM, "[API_KEY]"),
    ("GitLab", "glpat-" + _RANDOM[:20], "[API_KEY]"),
    ("Slack", "xoxb-" + "123456789012-" + _RANDOM[:24], "[API_KEY]"),
    ("Google", "AIza" + _RANDOM[:35], "[API_KEY]"),
    ("Stripe", "sk_" + "live_" + _RANDOM[:24], "[API_KEY]"),
    ("Hugging Face", "hf_" + "abcdefghijKLMNOPQRSTuvwxyzABCDEFGH", "[API_KEY]"),
    ("SendGrid", "SG." + _RANDOM[:22] + "." + _RANDOM, "[API_KEY]"),
    ("SendGrid in a sentence", "SG." + _RANDOM[:22] + "." + _RANDOM + ".", "[API_KEY]."),
    ("Mapbox", "pk." + "eyJ1" + _RANDOM + "." + _RANDOM[:22], "[JWT]"),
    ("Resend", "re_" + _RANDOM[:8] + "_" + _RANDOM[:24], "[API_KEY]"),
    ("Salesforce", "00D" + _RANDOM[:15] + "!" + "AQ." + _RANDOM * 2, "[API_KEY]"),
    (
        "Discord",
        "M" + _RANDOM[:23] + "." + _RANDOM[:6] + "." + _RANDOM[:30],
        "[API_KEY]",
    ),
    ("Telegram", "bot123456789:AA" + _RANDOM[:33] + "/send", "bot[API_KEY]/send"),
    (
        "Terraform, but for the id",
        _RANDOM[:14] + ".atlasv1." + _RANDOM * 2,
        "A1b2C3d4E5f6G7[API_KEY]",
    ),
    ("Azure, but for its beginning", "a1B" + "8Q~" + _RANDOM[:34], "a1B[API_KEY]"),
    (
        "the address of a webhook",
        "post to https://hooks.slack.com/services/" + "T0A1B2C3D/B0A1B2C3D/" + _RANDOM[:24],
        "post to https://[API_KEY]",
    ),
    (
        "the address of another, with a query",
        "https://chat.googleapis.com/v1/spaces/AAAAb1C2d3E/messages?key=" + _RANDOM + "&token=x9",
        "https://[API_KEY]",
    ),
    ("in an assignment", "KEY=AKIA" + "IOSFODNN7EXAMPLE;", "KEY=[API_KEY];"),
    ("longer than its format", "ghp_" + _RANDOM * 50 + " ok", "[API_KEY] ok"),
    ("behind the end of another prefix", "x2bb_" + "live_" + _RANDOM, "x2bb_[API_KEY]"),
    ("a word's rest", "TAKIA" + "IOSFODNN7EXAMPLE", None),
    ("too short", "AKIA1234 ghp_abc glpat-x", None),
    ("a class in a style sheet", "sk-fading-circle-with-dots-animation", None),
    ("an identifier", "api-key-for-the-third-party-service-1", None),
    ("the name of a test", "def test_" + "GeneralizedMultivariateLogGammaDistribution()", None),
    ("a digest", "sha256:" + "0d1e2f3a" * 8, None),
    ("the name of a file", "pat.test_of_something_long_for_the_first_time_ever_seen", None),
    ("another's atlas", "example.atlasv1.something", None),
    ("words with hyphens", "task-sk-learn-something-very-long", None),
]


@each(CASES)
def test_masks_the_value_and_only_it(text: str, masked: str) -> None:
    check(text, masked)


def _made(of: Format, prefix: str) -> str:
    """A key of a format. The same one in each run."""
    some = random.Random(prefix)
    alphabet = [mark for mark in string.printable if re.match(of.alphabet, mark)]
    # Whatever the draw, it has what words do not have, and ends as no sentence does.
    fixed = "".join(mark for mark in "4e7bA9F2" if mark in alphabet)
    return prefix + "".join(some.choices(alphabet, k=of.least + 4)) + fixed


@pytest.mark.parametrize("of", FORMATS, ids=[each.vendor for each in FORMATS])
def test_every_format_of_every_vendor_is_found(of: Format) -> None:
    for prefix in of.prefixes.split():
        for before, behind in ((" ", " "), ('"', '"'), ("TOKEN=", "\n"), ("?k=", ""), (":", ",")):
            key = _made(of, prefix)
            check(f"x{before}{key}{behind}", f"x{before}[API_KEY]{behind}", "secrets")


@pytest.mark.parametrize("of", FORMATS, ids=[each.vendor for each in FORMATS])
def test_a_prefix_behind_a_letter_or_before_a_few_characters_is_no_key(of: Format) -> None:
    for prefix in of.prefixes.split():
        check(f"see {prefix}", f"see {prefix}", "secrets")
        check(f"see {prefix}a1B2 and", f"see {prefix}a1B2 and", "secrets")


def test_there_are_two_hundred_formats() -> None:
    assert len(FORMATS) >= 200


def test_no_prefix_hides_another_in_its_anchor() -> None:
    for detector in DETECTORS:
        prefixes = detector.anchor.removeprefix("(?:").partition(")")[0].split("|")
        ends = [(one, other) for one in prefixes for other in prefixes if one.endswith(other)]
        assert all(one == other for one, other in ends), detector.anchor
