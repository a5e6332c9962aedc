"""Keys whose first characters name their provider: what is found, and what comes near."""

from __future__ import annotations

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
    ("in an assignment", "KEY=AKIA" + "IOSFODNN7EXAMPLE;", "KEY=[API_KEY];"),
    ("longer than its format", "ghp_" + _RANDOM * 50 + " ok", "[API_KEY] ok"),
    ("a word's rest", "TAKIA" + "IOSFODNN7EXAMPLE", None),
    ("too short", "AKIA1234 ghp_abc glpat-x", None),
    ("a class in a style sheet", "sk-fading-circle-with-dots-animation", None),
    ("words with hyphens", "task-sk-learn-something-very-long", None),
]


@each(CASES)
def test_masks_the_value_and_only_it(text: str, masked: str) -> None:
    check(text, masked)
