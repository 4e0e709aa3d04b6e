"""The table of rules that R looks its functions up in."""

from nnfit import tensors
from nnfit.tensors import RULES


def test_every_modules_rules_are_there_and_no_two_have_one_name():
    parts = [module.RULES for module in tensors._MODULES]
    assert sum(len(part) for part in parts) == len(RULES)
    for part in parts:
        assert part.items() <= RULES.items()


def test_every_rule_can_be_called():
    assert all(callable(rule) for rule in RULES.values())
