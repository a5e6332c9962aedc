"""Addresses of wallets: what is found, what is left, and what comes near."""

from __future__ import annotations

from tests.core.masking.detectors.cases import Case, check, each

MONERO = (
    "44AFFq5kSiGBoZ4NMDwYtN18obc8AemS33DBLWs3H7otXft3"
    "XjrpDtQGv7SqSsaBYBb98uNbr2VBBEt7f2wfn3RVGQBEP3A"
)
SOLANA = "7EcDhSYGxXyscszYEp35KHN8vvw3svAuLKTzXwCFLtV"

CASES: list[Case] = [
    ("Bitcoin", "1BoatSLRHtKNngkdXEeobR76b53LETtpyT", "[CRYPTO]"),
    ("Bitcoin, script", "to 3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy.", "to [CRYPTO]."),
    ("Bitcoin, wrong", "1BoatSLRHtKNngkdXEeobR76b53LETtpyU", None),
    ("bech32", "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4", "[CRYPTO]"),
    ("bech32 in capitals", "BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4", "[CRYPTO]"),
    ("bech32 in both", "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3T4", None),
    ("bech32, wrong", "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5", None),
    ("bech32m", "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0", "[CRYPTO]"),
    ("Tron", "TJCnKsPa7y5okkXvQAidZBzqx3QyQ6sxMW", "[CRYPTO]"),
    ("Ripple", "rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh", "[CRYPTO]"),
    ("Ethereum", "0x742d35Cc6634C0532925a3b844Bc454e4438f44e", "[CRYPTO]"),
    ("a commit", "742d35cc6634c0532925a3b844bc454e4438f44e", None),
    ("a longer constant", "0x742d35cc6634c0532925a3b844bc454e4438f44e00", None),
    ("a mask", "0x00000000ffffffff00000000ffffffff00000000", None),
    ("Monero", MONERO, "[CRYPTO]"),
    ("Monero, one short", MONERO[:-1], None),
    ("Solana", f"my Solana wallet is {SOLANA}", "my Solana wallet is [CRYPTO]"),
    ("no word before it", SOLANA, None),
    ("a word of base 58", "ThisTokenHasNoCheckSumWhatever12", None),
]


@each(CASES)
def test_masks_the_value_and_only_it(text: str, masked: str) -> None:
    check(text, masked)
