"""URLs that give away a secret or a person: what is found, what is left, and what comes near."""

from __future__ import annotations

from tests.core.masking.detectors.cases import Case, check, each

TOKEN = "ghq" + "0123456789abcdefXYZ"

CASES: list[Case] = [
    (
        "a login",
        "postgres://bob:s3cr3tpw@db.example.com/x",
        "postgres://bob:[PASSWORD]@db.example.com/x",
    ),
    (
        "an at sign within",
        "https://u:p@ss!w0rd@example.com/x",
        "https://u:[PASSWORD]@example.com/x",
    ),
    ("a host without dots", "redis://:hunter2pw@cache:6379", "redis://:[PASSWORD]@cache:6379"),
    ("a token", f"https://{TOKEN}@example.com/a", "https://[SECRET]@example.com/a"),
    ("a placeholder", "https://user:password@example.com and ftp://u:<pw>@h", None),
    ("a port", "http://localhost:8080/a@b", None),
    ("a signature", "https://a.b/f?sig=aB3dE5fG7h&se=1", "https://a.b/f?sig=[SECRET]&se=1"),
    (
        "a long signature",
        "https://a.b/k?X-Amz-Signature=" + "0123456789abcdef" * 8 + "&x=1",
        "https://a.b/k?X-Amz-Signature=[SECRET]&x=1",
    ),
    (
        "a password, and what follows it without a space",
        "https://a.b/?user=x&pass=hunter2&y=1",
        "https://a.b/?user=x&pass=[PASSWORD]",
    ),
    ("a computed one", "f'?token={token}&key={key}' and ?sig=$SIGNATURE1", None),
    ("an own page", "My website is http://www.example.hu/.", "My website is [URL]."),
    ("an own page without a scheme", "her blog: example.com/jo, ok", "her blog: [URL], ok"),
    ("a word that ends so", "example.commy website is example.com", None),
    ("a member", "https://www.linkedin.com/in/jo-doe-123, x.com/jodoe", "[URL], [URL]"),
    (
        "a page of the network",
        "twitter.com/share, https://facebook.com/help, netflix.com/jobs",
        None,
    ),
    ("any URL", "see https://docs.example.com/3/?q=1#top and www.example.org", None),
    ("a module", "import a.b.c from https://deno.land/std@0.1.0/mod.ts", None),
]
STRICT: list[Case] = [
    ("a URL", "see https://docs.example.com/3/?q=1#top.", "see [URL]."),
    ("in brackets", "(http://example.com/a_(b)), ftp://h/x", "([URL])), [URL]"),
    ("www", "www.example.org!", "[URL]!"),
    ("a long one", "http://h/" + "a1/" * 2000 + " x", "[URL] x"),
    ("no scheme", "example.org and awww.x", None),
]


@each(CASES)
def test_masks_the_value_and_only_it(text: str, masked: str) -> None:
    check(text, masked)


@each(STRICT)
def test_the_strict_profile_masks_every_url(text: str, masked: str) -> None:
    check(text, masked, "strict")
