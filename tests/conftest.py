"""A tiny experiment on the phantom: seconds, not minutes."""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

from pathlib import Path

import pytest

from dscl_tf.config import Experiment
from dscl_tf.config_files import load_config
from dscl_tf.data.prepare import prepare
from dscl_tf.data.store import SliceStore

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
pretrain_global: {steps: 4, batch_size: 16}
pretrain_local: {steps: 4, batch_size: 8, decoder_blocks: 1, regions: 5, negatives: 2}
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
    return prepare(tiny, None, tmp_path_factory.mktemp("stores") / "tiny", lambda line: None)
