import pytest

from dscl_tf.config import Experiment
from dscl_tf.config.files import replace
from dscl_tf.errors import UsageError
from dscl_tf.workflow import plan_steps


def test_the_local_stage_can_be_left_out(tiny: Experiment) -> None:
    plan = plan_steps(replace(tiny, {"stages": ["pretrain_global", "finetune"]}))
    assert plan.training == ("pretrain_global", "finetune")
    assert plan.source("finetune") == "pretrain_global"
    assert plan.steps[-3:] == ("evaluate", "export", "masks")


def test_fine_tuning_alone_starts_from_random_weights(tiny: Experiment) -> None:
    assert plan_steps(replace(tiny, {"stages": ["finetune"]})).source("finetune") is None


def test_without_labelled_volumes_there_is_pre_training_alone(tiny: Experiment) -> None:
    plan = plan_steps(replace(tiny, {"splits.labelled": {}}))
    assert plan.steps == ("prepare", "inspect", "pretrain_global", "pretrain_local")
    with pytest.raises(UsageError, match=r"splits\.labelled: must list labelled volumes"):
        plan_steps(replace(tiny, {"splits.labelled": {}, "stages": ["finetune"]}))


def test_a_last_step_that_the_plan_lacks_is_an_error(tiny: Experiment) -> None:
    with pytest.raises(UsageError, match=r"`until`: must be a step of tiny, .*, got pretrain_loc"):
        plan_steps(replace(tiny, {"stages": ["finetune"]}), until="pretrain_local")
