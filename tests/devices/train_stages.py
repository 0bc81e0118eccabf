"""Trains every stage on one device and on two, in one process: STORE CONFIG RUNS, with JAX."""

import sys
from pathlib import Path

from dscl_tf.config import Experiment
from dscl_tf.config.files import load_config, replace
from dscl_tf.data.store.slice_store import SliceStore
from dscl_tf.stages import run_stage

STEPS = {"finetune.steps": 8, "finetune.batch_size": 8, "finetune.validate_every": 4}
ROUND = {"rounds": 1, "steps_per_round": 4}
# Changes of the configuration by the name of what is trained, which begins with its stage.
TRAININGS = {
    "pretrain_global": {},
    "pretrain_local": {"pretrain_local.strategy": "LD", "pretrain_local.batch_size": 16},
    "pretrain_joint": {},
    "pretrain_pretext": {"pretrain_pretext.task": "inpainting"},
    "pretrain_augmentation": {},
    "finetune-mixup": {"finetune.mixup": {}},
    "finetune-self": {"finetune.self_training": ROUND, "finetune.adversarial": {"filters": [4]}},
    "finetune-teacher": {"finetune.teacher": {"stop_on_collapse": False}},
}
WATCHED = {"pretrain_global.health_every": 4}


def configured(config: Experiment, name: str) -> Experiment:
    """Return the configuration of one of `TRAININGS`, compiled as JAX needs it."""
    return replace(config, {"runtime.jit_compile": "auto", **STEPS, **WATCHED, **TRAININGS[name]})


def main(store: str, config: str, runs: str) -> None:
    opened, tiny = SliceStore.open(store), load_config(config)
    for name in TRAININGS:
        for devices in (1, 2):
            changed = replace(configured(tiny, name), {"runtime.devices": devices})
            stage = name.partition("-")[0]
            options = {"init": "none"} if stage != "pretrain_local" else {"init": "latest"}
            run_stage(stage, changed, opened, Path(runs), name=f"{name}-{devices}", **options)


if __name__ == "__main__":
    main(*sys.argv[1:])
