"""Formats of keys of developers' tools: code, builds, packages, monitoring, identity, secrets.

Read by `provider.py`, which says what a format is.
"""

from __future__ import annotations

from extproc.core.masking.detectors.format import (
    ALNUM,
    BASE64,
    CAPITALS,
    DOTTED,
    HEX,
    SMALL,
    UUID,
    WORD,
    Format,
)

FORMATS = (
    # Code.
    Format("GitHub", "ghp_ gho_ ghu_ ghs_ ghr_", ALNUM, 30),
    Format("GitHub, fine-grained", "github_pat_", WORD, 22),
    Format(
        "GitLab",
        "glpat- glptt- gldt- glrt- glcbt- glsoat- glft- glffct- glimt- glagent- gloas- GR1348941",
        WORD,
        20,
    ),
    Format("Bitbucket", "ATBB", ALNUM, 28),
    Format("Bitbucket Data Center", "BBDC-", BASE64, 40),
    Format("Atlassian", "ATATT3x ATCTT3x ATSTT3x ATOAT", DOTTED, 40),
    Format("Sourcegraph", "sgp_ sgp_local_ sgd_ slk_", HEX, 40),
    Format("Sourcegraph instances", "sgp_", "[a-f0-9_]", 57),
    Format("Gitea, Gitpod", "gitpod_pat_", WORD, 30),
    # Builds.
    Format("CircleCI", "CCIPAT_ CCIPRJ_", WORD, 40),
    Format("Buildkite", "bkua_ bkaj_ bkct_ bkpt_ bkrt_", ALNUM, 40),
    Format("Harness", "pat. sat.", r"[A-Za-z0-9_.-]", 66),
    Format("Octopus", "API-", CAPITALS, 25),
    Format("Chromatic", "chpt_", ALNUM, 12),
    Format("Depot", "depot_org_ depot_project_", SMALL, 40),
    # Packages and images.
    Format("npm", "npm_", ALNUM, 36),
    Format("PyPI", "pypi-AgEIcHlwaS5vcmc pypi-AgENdGVzdC5weXBpLm9yZw", WORD, 16),
    Format("RubyGems", "rubygems_", HEX, 48),
    Format("Clojars", "CLOJARS_", SMALL, 60),
    Format("NuGet", "oy2", SMALL, 43),
    Format("Cargo", "cio", ALNUM, 32),
    Format("Docker", "dckr_pat_ dckr_oat_", WORD, 20),
    Format("Artifactory", "AKCp cmVmdGtu", ALNUM, 56),
    # Quality and security of code.
    Format("SonarQube", "sqp_ squ_ sqa_", HEX, 40),
    Format("StackHawk", "hawk.", r"[A-Za-z0-9_.-]", 41),
    Format("Snyk", "snyk_uat. snyk_sat.", DOTTED, 40),
    Format("Socket", "sktsec_", WORD, 30),
    Format("Dependency-Track", "odt_", ALNUM, 32),
    Format(
        "Doppler", "dp.pt. dp.st. dp.ct. dp.sa. dp.said. dp.scim. dp.audit.", r"[A-Za-z0-9_.-]", 40
    ),
    # Interfaces and their description.
    Format("Postman", "PMAK-", r"[a-f0-9-]", 59),
    Format("Postman monitors", "PMAT-", CAPITALS, 26),
    Format("ReadMe", "rdme_", SMALL, 70),
    Format("Kong", "kpat_ spat_", ALNUM, 40),
    Format("Zuplo", "zpka_", WORD, 30),
    Format("Apollo", "user:gh. service:", DOTTED, 40),
    Format("Unkey", "unkey_", ALNUM, 20),
    # Infrastructure.
    Format("Pulumi", "pul-", HEX, 40),
    Format("Infracost", "ico-", ALNUM, 32),
    Format("Vault", "hvs. hvb. hvr.", WORD, 24),
    Format("OpenShift", "sha256~", WORD, 43),
    Format("Rancher", "token-", r"[a-z0-9:]", 60),
    # Identity and secrets.
    Format("Ory", "ory_at_ ory_rt_ ory_ac_ ory_pat_", WORD, 30),
    Format("Stytch", "secret-live- secret-test-", WORD, 36),
    Format("JumpCloud", "jca_", ALNUM, 36),
    Format("1Password", "A3-", r"[A-Z0-9-]", 37),
    Format("1Password service accounts", "ops_eyJ", BASE64, 80),
    Format("age", "AGE-SECRET-KEY-1", CAPITALS, 50),
    Format("Infisical", "st.", r"[a-f0-9.]", 70),
    Format("Settlemint", "sm_aat_ sm_pat_ sm_sat_", ALNUM, 16),
    # Monitoring, flags and analytics.
    Format("New Relic", "NRAK- NRIQ- NRRA-", WORD, 27),
    Format("New Relic insert", "NRII-", WORD, 32),
    Format("New Relic browser", "NRJS-", HEX, 19),
    Format("Sentry", "sntryu_", HEX, 64),
    Format("Sentry organisations", "sntrys_", BASE64, 32),
    Format("Grafana", "glsa_ glc_", BASE64, 32),
    Format("Dynatrace", "dt0c01. dt0s01. dt0s02. dt0s16.", r"[A-Z0-9.]", 80),
    Format("Honeycomb", "hcaik_ hcxik_ hcamk_ hcxmk_ hcalk_", ALNUM, 50),
    Format("PostHog", "phc_ phx_ phs_ phr_ pha_", ALNUM, 32),
    Format("Statsig", "secret- console-", ALNUM, 40),
    Format("LaunchDarkly", "sdk- api- mob-", UUID, 36),
    Format("Axiom", "xaat- xapt-", UUID, 36),
    Format("Segment", "sgp_", ALNUM, 64),
    Format("Flagsmith", "ser.", ALNUM, 20),
    Format("GrowthBook", "secret_admin_ secret_user_ secret_readonly_", ALNUM, 20),
    Format("Better Stack, Checkly", "cu_", HEX, 32),
    Format("Adafruit", "aio_", ALNUM, 28),
)
