import shutil
from pathlib import Path

import numpy as np
import pytest

from dscl_tf.config import Experiment
from dscl_tf.config.files import replace
from dscl_tf.data.store.slice_store import SliceStore
from dscl_tf.errors import DataError, UsageError
from dscl_tf.runs.load import load_encoder
from dscl_tf.stages.launch import run_stage
from dscl_tf.stages.registry import PRETRAINING
from dscl_tf.suggestion import sources as sources_module
from dscl_tf.suggestion.candidates import choose_from
from dscl_tf.suggestion.measure import embed_volumes
from dscl_tf.suggestion.sources import check_store, find_sources
from dscl_tf.suggestion.suggest import suggest


@pytest.fixture(scope="module")
def runs(tiny: Experiment, store: SliceStore, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Runs "pretrained" and, started from it, "finetuned"; do not change them."""
    folder = tmp_path_factory.mktemp("suggest")
    run_stage("pretrain_global", tiny, store, folder, name="pretrained")
    run_stage("finetune", tiny, store, folder, name="finetuned", init="pretrained")
    return folder


def test_the_stages_with_an_encoder_are_those_of_the_registry() -> None:
    assert set(sources_module.PRETRAINING) == set(PRETRAINING)


def test_a_fine_tuned_run_ranks_by_both_and_a_pre_trained_one_by_distance(
    runs: Path, tiny: Experiment, store: SliceStore
) -> None:
    both = find_sources(runs, "latest", None)
    assert both.encoder and both.encoder.path.name == "pretrained"
    assert both.network and both.network.path.name == "finetuned"
    ranked = suggest(both, tiny, store, hide_masks=True)
    assert {one.volume for one in ranked} == {"002", "003"}  # 001 trains, 004 and 005 are held out
    assert all(one.distance_rank and one.entropy_rank for one in ranked)
    alone = find_sources(runs, "pretrained", None)
    assert alone.network is None
    ranked = suggest(alone, tiny, store, hide_masks=True)
    assert ranked[0].distance is not None and ranked[0].distance >= (ranked[1].distance or 0)
    assert (ranked[0].nearest, ranked[0].entropy_rank) == ("001", None)


def test_a_volume_is_described_by_the_mean_features_of_its_partitions(
    runs: Path, store: SliceStore
) -> None:
    run = find_sources(runs, "pretrained", None).run
    entry = store.volumes["002"]
    images = np.asarray(store.images[entry.slices.start : entry.slices.stop])
    features = np.asarray(load_encoder(run)(images)).mean(axis=(1, 2))
    features /= np.linalg.norm(features, axis=1, keepdims=True)
    first = features[np.arange(len(features)) * 4 // len(features) == 0].sum(axis=0)
    (pooled,) = embed_volumes(run, store, ["002"])
    assert pooled.shape == (4, 8)
    np.testing.assert_allclose(pooled[0], first / np.linalg.norm(first), atol=1e-5)


def test_runs_in_a_folder_of_a_sequence_are_found(runs: Path, tmp_path: Path) -> None:
    shutil.copytree(runs / "pretrained", tmp_path / "tiny" / "pretrained")
    (tmp_path / "tiny" / "workflow.json").write_text("{}")
    assert find_sources(tmp_path, "latest", None, "tiny").run.path.parent.name == "tiny"
    with pytest.raises(DataError, match=r"holds no finished .* of experiment other"):
        find_sources(tmp_path, "latest", None, "other")


def test_uncertainty_takes_a_fine_tuned_run(runs: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="`by`: must be distance with a pre-trained run"):
        find_sources(runs, "pretrained", "both")
    shutil.copytree(runs / "pretrained", tmp_path / "pretrained")
    with pytest.raises(DataError, match="holds no finished finetune run"):
        find_sources(tmp_path, "latest", "uncertainty")


def test_a_store_with_all_masks_leaves_nothing_to_label(
    tiny: Experiment, store: SliceStore
) -> None:
    with pytest.raises(DataError, match=r"no volume to label next.*`hide_masks`"):
        choose_from(tiny, store)
    everything = {1: {"c1": {"train": ["001", "002", "003"], "validation": ["004"]}}}
    taken = replace(tiny, {"splits.labelled": everything})
    with pytest.raises(DataError, match="no volume to label next"):
        choose_from(taken, store, hide_masks=True)


def test_lists_of_other_volumes_keep_nothing_out_and_are_told(
    tiny: Experiment, store: SliceStore, caplog: pytest.LogCaptureFixture
) -> None:
    mistyped = replace(tiny, {"splits.test": [*tiny.splits.test, "O06"]})
    choose_from(mistyped, store, hide_masks=True)
    assert "lacks O06 of the validation and test lists" in caplog.text
    lists = {1: {"c1": {"train": ["a"], "validation": ["b"]}}}
    others = replace(tiny, {"splits.labelled": lists, "splits.test": ["c"]})
    with pytest.raises(DataError, match=r"must name volumes of .*, got b, c"):
        choose_from(others, store, hide_masks=True)


def test_a_store_of_other_volumes_or_settings_is_refused(
    runs: Path, tiny: Experiment, store: SliceStore
) -> None:
    run = find_sources(runs, "pretrained", None).run
    lists = {"unlabelled": ["a"], "labelled": {}, "test": ["b"]}
    run.config = replace(tiny, {f"splits.{key}": value for key, value in lists.items()})
    with pytest.raises(DataError, match=r"must hold volumes of the data set .* such as a, got 001"):
        check_store(run, store)
    run.config = replace(tiny, {"data.spacing": (4, 4)})
    with pytest.raises(DataError, match=r"data.spacing is"):
        check_store(run, store)
