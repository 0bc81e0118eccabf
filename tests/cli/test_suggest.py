"""`dscl-tf suggest`: which volume to label next."""

import json
from pathlib import Path

from dscl_tf.config import Experiment
from dscl_tf.config.files import replace
from dscl_tf.data.store import prepare
from dscl_tf.data.store.slice_store import SliceStore
from dscl_tf.stages.launch import run_stage
from tests.workflow.data_sets import as_folder, of_folder


def test_it_proposes_volumes_without_a_mask_and_says_why(
    invoke, tiny: Experiment, store: SliceStore, tmp_path: Path
) -> None:
    mine = replace(of_folder(tiny), {"name": "mine"})
    scans = as_folder(store, tmp_path / "scans", ("001", "004", "005"))
    prepared = prepare(mine, scans, tmp_path / "stores" / "mine")
    invoke("suggest").assert_one_line_error(1, "runs: holds no finished pretrain_global or")
    run_stage("pretrain_global", mine, prepared, tmp_path / "runs", name="first")
    result = invoke("suggest", "--count", "1")
    header, line = result.out.splitlines()
    assert header.split() == ["rank", "volume", "distance", "entropy", "reason"]
    assert line.split()[:2] in (["1", "002"], ["1", "003"])
    assert line.endswith("nearest labelled volume 001")
    assert "2 volumes to choose from, 1 labelled ones" in result.err
    found = json.loads(invoke("suggest", "--run", "first", "--json").out)
    assert [one["rank"] for one in found] == [1, 2]
    invoke("suggest", "--by", "both", "--run", "first").assert_one_line_error(2, "--by: must be d")
    other = invoke("suggest", "--store", store.directory)
    other.assert_one_line_error(1, "prepared otherwise: data.layout is phantom")
    full = as_folder(store, tmp_path / "full", tuple(store.volumes))
    prepare(mine, full, tmp_path / "stores" / "full")
    none = invoke("suggest", "--store", "stores/full")
    none.assert_one_line_error(1, "no volume to label next, each of 5 has a mask")
