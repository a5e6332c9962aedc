"""Every `test_` rule beside the default policies is a test of its own."""

from pathlib import Path

import pytest

from extproc.adapters.rego.suite import Suite

REGO = Path(__file__).parent.parent / "rego"
SUITE = Suite(REGO)


@pytest.mark.parametrize("name", SUITE.names)
def test_rego(name: str) -> None:
    assert SUITE.run(name) is None


def test_each_policy_has_its_tests() -> None:
    policies = {file.stem for file in REGO.glob("*.rego") if not file.stem.endswith("_test")}
    tests = {file.stem.removesuffix("_test") for file in REGO.glob("*_test.rego")}
    assert policies == tests == {"authz", "request", "response"}


def test_no_python_package_hides_between_the_policies() -> None:
    assert not list(REGO.rglob("__init__.py"))
