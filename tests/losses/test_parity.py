import pytest

from tests.losses.gradients import oracle
from tests.losses.parity import GLOBAL, LOCAL, compare


@pytest.mark.parametrize("name", [*GLOBAL, *LOCAL])
def test_value_and_gradient_are_those_of_the_original_code(name):
    _, _, value_error, gradient_error = compare(name, oracle(name))
    assert value_error < 1e-4
    assert gradient_error < 1e-3
