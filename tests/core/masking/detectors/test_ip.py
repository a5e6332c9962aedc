"""IP addresses: what is found, what is left, and what comes near."""

from __future__ import annotations

from tests.core.masking.detectors.cases import Case, check, each

CASES: list[Case] = [
    ("version 4", "from 203.0.113.77:8080", "from [IP_ADDRESS]:8080"),
    ("a network", "10.20.0.0/16", "[IP_ADDRESS]/16"),
    ("at the end of a sentence", "It is 192.168.10.7.", "It is [IP_ADDRESS]."),
    ("version 6", "[2001:db8::8a2e:370:7334]:443", "[[IP_ADDRESS]]:443"),
    ("version 6 in full", "d80:e4b5:79da:6cf6:71f3:51f7:9161:c319", "[IP_ADDRESS]"),
    ("link-local", "fe80::1 is up", "[IP_ADDRESS] is up"),
    ("loopback and any", "127.0.0.1 ::1 0.0.0.0 255.255.255.0", None),
    ("a version", "v1.2.3.4 and version 1.2.3.4", None),
    ("five parts", "1.2.3.4.5", None),
    ("an octet too large", "300.1.2.3", None),
    ("names in code", "std::vector f64::abs e2e::add a::b", None),
    ("a time", "12:30:45", None),
    ("a hardware address", "00:1b:44:11:3a:b7", "[MAC_ADDRESS]"),
]


@each(CASES)
def test_masks_the_value_and_only_it(text: str, masked: str) -> None:
    check(text, masked)
