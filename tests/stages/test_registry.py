import subprocess
import sys

import click
import pytest

from dscl_tf.cli import cli
from dscl_tf.config import Experiment, Training
from dscl_tf.config.files import replace
from dscl_tf.stages import PRETRAINING, STAGES


@pytest.mark.parametrize("name", STAGES)
def test_a_declaration_names_what_there_is(name: str, tiny: Experiment) -> None:
    stage = STAGES[name]
    assert stage.name == name and callable(stage.load())
    assert isinstance(stage.settings(tiny), Training)
    assert all(getattr(tiny, section) is not None for section in stage.sections)


@pytest.mark.parametrize("name", STAGES)
def test_every_stage_has_its_command(name: str) -> None:
    command: click.Command | None = cli
    for word in STAGES[name].command:
        assert isinstance(command, click.Group)
        command = command.get_command(click.Context(command), word)
    assert command is not None and "steps" in {option.name for option in command.params}


def test_a_stage_comes_after_those_it_may_start_from() -> None:
    seen: set[str] = set()
    for stage in STAGES.values():
        assert set(stage.sources) <= seen
        seen.add(stage.name)


def test_every_section_of_training_is_a_stage(tiny: Experiment) -> None:
    assert {name for name, section in tiny if isinstance(section, Training)} == set(STAGES)


def test_weights_are_taken_of_stages_that_train_encoder_or_decoder(tiny: Experiment) -> None:
    assert set(PRETRAINING) == set(STAGES["finetune"].sources)
    restoring = replace(tiny, {"pretrain_pretext.task": "inpainting"})
    blocks = {name: STAGES[name].transferred_blocks(restoring) for name in PRETRAINING}
    assert blocks == {
        "pretrain_global": 0,
        "pretrain_joint": 1,
        "pretrain_local": 1,
        "pretrain_pretext": 2,
    }
    assert STAGES["pretrain_pretext"].transferred_blocks(tiny) == 0
    with pytest.raises(ValueError, match="finetune: no later stage starts from its weights"):
        STAGES["finetune"].transferred_blocks(tiny)


@pytest.mark.parametrize("module", ["dscl_tf.stages", "dscl_tf.runs"])
def test_the_face_of_the_package_leaves_keras_alone(module: str) -> None:
    code = f"import sys, {module}; assert not {{'tensorflow', 'keras'}} & set(sys.modules)"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0
    code = f"import {module} as face; [getattr(face, name) for name in face.__all__]"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True).returncode == 0
