from pathlib import Path
from types import SimpleNamespace

import pytest

from dscl_tf.config import Experiment
from dscl_tf.data.store import open_store
from dscl_tf.reproduce import stores
from dscl_tf.reproduce.folders import Folders
from dscl_tf.reproduce.matrix import Matrix, load_matrix
from tests.reproduce.fake_command import FakeCommand

TABLE = """
title: Three methods
source: a test
scales: {small: {volumes: phantom}, other: {}}
ntr: [1, 2]
combinations: [c1]
seeds: [1, 2]
rows:
  random: {data: volumes, paper: {1: 0.5}}
  GD:
    data: volumes
    pretrain: [{stage: pretrain_global, set: {strategy: GD}}]
  GD + LR:
    data: volumes
    pretrain:
      - {stage: pretrain_global, set: {strategy: GD}}
      - {stage: pretrain_local, set: {strategy: LR}}
    finetune: {mixup: {}}
seconds_per_step: {small: {pretrain_global: 0.5, finetune: 1.0}}
"""


@pytest.fixture
def table_file(tmp_path: Path) -> Path:
    """A table of three methods on the phantom."""
    path = tmp_path / "three.yaml"
    path.write_text(TABLE)
    return path


@pytest.fixture
def matrix(table_file: Path) -> Matrix:
    return load_matrix(table_file)[1]


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    """Stores, which are not there, and an output."""
    return Folders(tmp_path / "stores", tmp_path)


@pytest.fixture
def fake(folders: Folders) -> FakeCommand:
    return FakeCommand(folders.runs)


@pytest.fixture
def asked_stores(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The phantom's stores that were asked for; they are not made."""
    asked: list[Path] = []

    def fake_store(
        config: Experiment, directory: Path, given: str | None = None
    ) -> SimpleNamespace:
        if config.data.layout != "phantom":
            open_store(config, directory)
        asked.append(directory)
        return SimpleNamespace(version="second")

    monkeypatch.setattr(stores, "open_store", fake_store)
    return asked
