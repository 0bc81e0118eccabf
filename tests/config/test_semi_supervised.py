import pytest

from dscl_tf.config import SelfTraining
from tests.config.refused import assert_refused


@pytest.mark.parametrize(
    ("override", "message"),
    [
        (
            "finetune.self_training={rounds: 12}",
            "finetune.self_training: 12 rounds and the labelled phase .* finetune.steps 300",
        ),
        (
            "finetune.self_training={steps_per_round: 100}",
            "finetune.self_training: 3 rounds .* got finetune.steps 300 and steps_per_round 100",
        ),
        (
            "finetune.self_training={steps_per_round: 30}",
            "finetune.self_training.steps_per_round: must be a multiple of .* got 30",
        ),
        ("finetune.adversarial={filters: []}", "filters: must name the filters of one or more"),
        ("finetune.adversarial={weight: -1}", "adversarial.weight: .* or equal to 0, got -1"),
    ],
)
def test_a_broken_rule_is_one_line_that_names_the_key(override: str, message: str) -> None:
    assert_refused(override, message)


def test_rounds_of_self_training_start_at_validations() -> None:
    assert SelfTraining().starts(300, 25) == (150, 200, 250)
    assert SelfTraining(rounds=2).starts(149, 25) == (75, 100)
    assert SelfTraining(rounds=2, steps_per_round=50).starts(310, 25) == (200, 250)
    assert SelfTraining(rounds=0).starts(10, 25) == ()
