import pytest

from dscl_tf.config.mean_teacher import MeanTeacher
from tests.config.refused import assert_refused


@pytest.mark.parametrize(
    ("override", "message"),
    [
        ("finetune.teacher={threshold: 1.2}", "teacher.threshold: .* less than or equal to 1"),
        ("finetune.teacher={side: 1.5}", "teacher.side: .* less than or equal to 1, got 1.5"),
        ("finetune.teacher={paste: all}", "teacher.paste: .*'partition', 'any' or 'none'"),
        ("finetune.teacher={supervised: 1}", "teacher.supervised: both phases must last"),
    ],
)
def test_a_broken_rule_is_one_line_that_names_the_key(override: str, message: str) -> None:
    assert_refused(override, message)


def test_the_second_phase_starts_at_a_validation() -> None:
    assert MeanTeacher().start(1000, 50) == 500
    assert MeanTeacher(supervised=0.33).start(1000, 50) == 300
    with pytest.raises(ValueError, match=r"got 0.01 of 1000 steps"):
        MeanTeacher(supervised=0.01).start(1000, 50)


def test_the_teacher_is_the_student_at_first_and_then_follows_slowly() -> None:
    assert [MeanTeacher().decay_at(step) for step in (0, 1, 9, 1000)] == [0, 0.5, 0.9, 0.99]


def test_without_a_ramp_the_weight_is_there_at_once() -> None:
    assert MeanTeacher(ramp=0).weight_at(500, 500, 1000) == 0.5
