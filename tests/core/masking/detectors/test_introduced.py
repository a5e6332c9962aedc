"""Names behind words that introduce one."""

from __future__ import annotations

from tests.core.masking.detectors.cases import Case, check, each

CASES: list[Case] = [
    ("a title", "Mr. Qwertson and Dr. Zzyx Quux left", "Mr. [PERSON] and Dr. [PERSON] left"),
    ("a small title", "hello, mrs. dawn jessen", "hello, mrs. [PERSON]"),
    ("a phrase", "My name is Qwerto Zzyx.", "My name is [PERSON]."),
    ("a phrase and small letters", "my name is omar fernandez and", "my name is [PERSON] and"),
    ("a greeting", "Hi Qwerto, how are you?", "Hi [PERSON], how are you?"),
    ("a closing", "Best regards,\nQwerto\n", "Best regards,\n[PERSON]\n"),
    ("a label", "Patient: Zzyx Quuxley", "Patient: [PERSON]"),
    ("a key", '{"first_name": "Zzyx"}', '{"first_name": "[PERSON]"}'),
    ("a general key", '{"name": "Kwabena Mensah"}', '{"name": "[PERSON]"}'),
    ("a role", "the plaintiff Zzyx Quuxley said", "the plaintiff [PERSON] said"),
    ("a name that is a word", "Dear Grace, thanks", "Dear [PERSON], thanks"),
    ("no name", "Dear Customer, I am American. Hello World", None),
    ("a label of something else", "From: Engineering\nTo: Sales Team", None),
    ("a name of something else", '{"name": "get_weather"} name: Visual Studio', None),
    ("no value", "name is None, last_name: string", None),
    ("a unit", "5 ms Timeout", None),
]


@each(CASES)
def test_masks_the_name_and_only_it(text: str, masked: str) -> None:
    check(text, masked)
