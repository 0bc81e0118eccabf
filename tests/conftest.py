"""A tiny experiment on the phantom: seconds, not minutes."""

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from dscl_tf.config import Experiment
from dscl_tf.config.files import load_config, replace
from dscl_tf.data.store import prepare
from dscl_tf.data.store.slice_store import SliceStore
from tests.logs import heard

settings.register_profile("everyday", derandomize=True)  # a failure is the change's, not chance's
settings.load_profile("everyday")

TINY = """
name: tiny
data:
  layout: phantom
  classes: {1: right ventricle, 2: myocardium, 3: left ventricle}
  spacing: [5, 5]
  grid: [32, 32]
splits:
  unlabelled: ["001", "002", "003"]
  labelled: {1: {c1: {train: ["001"], validation: ["004"]}}}
  test: ["005"]
model: {filters: [4, 4, 8], projection_hidden: 16, projection_size: 8}
pretrain_global: {steps: 4, batch_size: 16, health_every: 0}
pretrain_local:
  {steps: 4, batch_size: 8, health_every: 0, decoder_blocks: 1, regions: 5, negatives: 2}
pretrain_joint: {steps: 4, batch_size: 32, health_every: 0}
pretrain_pretext: {steps: 4, batch_size: 8, health_every: 0}
pretrain_augmentation: {steps: 4, batch_size: 4, noise: 6}
finetune: {steps: 4, batch_size: 4, validate_every: 2}
runtime: {report_every: 2, checkpoint_every: 2, jit_compile: false}
"""


@pytest.fixture(scope="session")
def tiny_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny experiment's configuration file."""
    path = tmp_path_factory.mktemp("config") / "tiny.yaml"
    path.write_text(TINY)
    return path


@pytest.fixture(scope="session")
def tiny(tiny_file: Path) -> Experiment:
    """The tiny experiment."""
    return load_config(tiny_file)


@pytest.fixture(scope="session")
def store(tiny: Experiment, tmp_path_factory: pytest.TempPathFactory) -> SliceStore:
    """The tiny experiment's slice store, five phantom volumes."""
    return prepare(tiny, None, tmp_path_factory.mktemp("stores") / "tiny")


@pytest.fixture
def lines() -> Iterator[list[str]]:
    """What the library logs during the test, line by line."""
    heard_so_far: list[str] = []
    with heard(heard_so_far.append):
        yield heard_so_far


class UnreadableMasks:
    """Masks that must not be touched."""

    def __getattr__(self, name: str) -> None:
        raise AssertionError("the masks were read")

    def __getitem__(self, index: object) -> None:
        raise AssertionError("the masks were read")


@pytest.fixture(scope="session")
def unlabelled_store(store: SliceStore) -> SliceStore:
    """The store as pre-training must see it: touching the masks is an error."""
    return dataclasses.replace(store, masks=UnreadableMasks())  # type: ignore[arg-type]


@pytest.fixture(scope="session")
def trained_config(tiny: Experiment) -> Experiment:
    """That of `trained`: a last report shorter than the others, mixup, a schedule, health."""
    watched = ("pretrain_global", "pretrain_local", "pretrain_joint", "pretrain_pretext")
    changes = {f"{stage}.health_every": 2 for stage in watched}
    changes |= {f"{stage}.steps": 5 for stage in (*watched, "finetune")}
    return replace(tiny, {**changes, "finetune.mixup": {}, "finetune.schedule": "cosine"})


@pytest.fixture(scope="session")
def trained(
    trained_config: Experiment, store: SliceStore, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """A directory of finished runs, each named as its stage; do not change them."""
    from dscl_tf.stages import STAGES, run_stage

    runs = tmp_path_factory.mktemp("trained")
    for stage in STAGES:
        run_stage(stage, trained_config, store, runs, name=stage)
    return runs
