"""Whatever a file holds, its reader gives a value or one line, and never anything else."""

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from hypothesis import strategies as st

from dscl_tf.config import Experiment
from dscl_tf.config.files import load_config, read_splits
from dscl_tf.config.shipped import shipped_file
from dscl_tf.data.store.prepared_volume import load_entry
from dscl_tf.data.store.slice_store import SliceStore
from dscl_tf.errors import DataError, UsageError
from dscl_tf.evaluation.report.provenance import environment, figures
from dscl_tf.readers.npz_file import map_npy, read_npz, write_npz
from dscl_tf.reproduce.matrix import load_matrix
from dscl_tf.reproduce.state import dice_on_test
from dscl_tf.runs.find import lineage
from dscl_tf.runs.metrics_log import read_metrics
from dscl_tf.runs.run import Run
from tests.conftest import TINY
from tests.data.effort import effort, holds
from tests.data.store.former import write_former
from tests.readers.mutations import changed_bytes, damaged
from tests.runs.made import create


def gives_a_value_or_one_line(read: Callable[[Path], Any], path: Path) -> None:
    try:
        read(path)
    except (DataError, UsageError) as error:
        assert "\n" not in str(error) and len(str(error)) < 3000


@effort(40, 2000)
@pytest.mark.parametrize("name", ["run.json", "environment.json", "figures/captions.json"])
def test_the_files_of_a_run(tiny: Experiment, tmp_path: Path, name: str, examples: int) -> None:
    run = create(tmp_path, tiny, "run", init="elsewhere", generators=["a", "b"], best_step=1)
    file = run.path / name
    file.parent.mkdir(exist_ok=True)
    (file.parent / "a.png").touch()
    tree = json.loads(file.read_text()) if file.exists() else {"a.png": "a picture"}

    def read(path: Path) -> None:
        opened = Run.open(run.path)
        lineage(opened)
        figures([opened])
        environment([opened])

    def check(changed: Any) -> None:
        file.write_text(json.dumps(changed))
        gives_a_value_or_one_line(read, file)

    holds(examples, check, changed=damaged(tree))


@effort(40, 2000)
def test_the_index_of_a_store(store: SliceStore, tmp_path: Path, examples: int) -> None:
    for file in store.directory.iterdir():
        (tmp_path / file.name).symlink_to(file)
    index = tmp_path / "index.json"
    tree = json.loads(index.read_text())
    index.unlink()

    def check(changed: Any) -> None:
        index.write_text(json.dumps(changed))
        gives_a_value_or_one_line(SliceStore.open, tmp_path)

    holds(examples, check, changed=damaged(tree))


@effort(40, 2000)
def test_the_columns_of_a_store(store: SliceStore, tmp_path: Path, examples: int) -> None:
    for file in store.directory.iterdir():
        (tmp_path / file.name).symlink_to(file)
    (columns,) = tmp_path.glob("index-*.npz")
    arrays = read_npz(columns)
    columns.unlink()

    def read(folder: Path) -> None:
        opened = SliceStore.open(folder)
        assert len(list(opened.volumes.values())) == len(opened.volumes)

    def check(name: str, place: int, value: float) -> None:
        changed = arrays[name].copy()
        if changed.size:
            kind = np.iinfo(changed.dtype) if changed.dtype.kind in "iu" else None
            limits = (kind.min, kind.max) if kind else (-np.inf, np.inf)
            changed.reshape(-1)[place % changed.size] = np.clip(value, *limits)
        with columns.open("wb") as file:
            write_npz(file, {**arrays, name: changed})
        gives_a_value_or_one_line(read, tmp_path)

    numbers = st.integers(-300, 300) | st.sampled_from([2**31, 2**52, -(2**52)])
    names = st.sampled_from(sorted(arrays))
    holds(examples, check, name=names, place=st.integers(0, 10**6), value=numbers)


@effort(40, 2000)
def test_the_indexes_of_before(store: SliceStore, tmp_path: Path, examples: int) -> None:
    write_former(store, tmp_path)
    index, entry = tmp_path / "index.json", tmp_path / "entry.json"
    tree = json.loads(index.read_text())

    def check(changed: Any) -> None:
        index.write_text(json.dumps(changed))
        gives_a_value_or_one_line(SliceStore.open, tmp_path)
        if isinstance(changed, dict) and isinstance(changed.get("volumes"), list):
            for fields in changed["volumes"]:
                entry.write_text(json.dumps(fields))
                gives_a_value_or_one_line(load_entry, tmp_path)

    holds(examples, check, changed=damaged(tree))


@effort(40, 2000)
def test_the_metrics_of_an_evaluation(tmp_path: Path, examples: int) -> None:
    tree = {"rows": [{"volume": "1"}, {"volume": "2"}], "summary": {"dice": {"mean": 0.5}}}
    file = tmp_path / "evaluation-test" / "metrics.json"
    file.parent.mkdir()

    def check(changed: Any) -> None:
        file.write_text(json.dumps(changed))
        gives_a_value_or_one_line(lambda path: dice_on_test(path, ("1", "2")), tmp_path)

    holds(examples, check, changed=damaged(tree))


MATRIX = shipped_file("reproduce/table3").read_text()
SPLITS = "{train: ['1'], validation: ['2'], unlabelled: [], test: ['3']}"


@effort(30, 1000)
@pytest.mark.parametrize(
    ("read", "text"), [(load_config, TINY), (read_splits, SPLITS), (load_matrix, MATRIX)]
)
def test_configurations_splits_and_matrices(
    tmp_path: Path, read: Callable, text: str, examples: int
) -> None:
    file = tmp_path / "a.yaml"

    def check(changed: Any) -> None:
        file.write_text(yaml.safe_dump(changed, allow_unicode=True))
        gives_a_value_or_one_line(read, file)

    holds(examples, check, changed=damaged(yaml.safe_load(text)))


@effort(60, 5000)
def test_any_text(tmp_path: Path, examples: int) -> None:
    file = tmp_path / "a.yaml"
    (tmp_path / "run.json").symlink_to(file)
    signs = st.text(alphabet="{}[]:,-&*!<?|>'\"#%@`01 .eE_~=\n\t\0ab\ufeff", max_size=40)

    def check(text: str) -> None:
        file.write_text(text)
        for read in (load_config, read_splits, load_matrix, read_metrics):
            gives_a_value_or_one_line(read, file)
        gives_a_value_or_one_line(Run.open, tmp_path)

    holds(examples, check, text=signs | st.text(max_size=40))


@effort(60, 5000)
def test_any_npz(tmp_path: Path, examples: int) -> None:
    file, made = tmp_path / "a.npz", io.BytesIO()
    np.savez(made, a=np.arange(6.0).reshape(2, 3), b=np.array(1))
    packed, single = io.BytesIO(), io.BytesIO()
    np.savez_compressed(packed, a=np.zeros(1000))
    np.save(single, np.ones((2, 3), np.float32))
    contents = [each.getvalue() for each in (made, packed, single)]

    def check(content: bytes) -> None:
        file.write_bytes(content)
        gives_a_value_or_one_line(read_npz, file)
        gives_a_value_or_one_line(lambda path: map_npy(path, (2, 3), np.float32), file)

    changed = st.sampled_from(contents).flatmap(changed_bytes)
    holds(examples, check, content=changed | st.binary(max_size=60))
