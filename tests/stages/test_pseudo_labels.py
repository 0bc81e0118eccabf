import dataclasses
from pathlib import Path

import numpy as np
import pytest

from dscl_tf.config import Experiment
from dscl_tf.config.files import replace
from dscl_tf.data.store.slice_store import SliceStore
from dscl_tf.errors import DataError
from dscl_tf.evaluation.predict import predict_slices
from dscl_tf.readers import npz_file
from dscl_tf.runs.load import load_network
from dscl_tf.runs.metrics_log import read_metrics
from dscl_tf.runs.run import Run
from dscl_tf.stages import run_stage
from dscl_tf.stages.pseudo_labels import class_shares, predict_labels, pseudo_labelled_store
from tests.runs.made import create
from tests.runs.sparse import with_huge_array


class GuardedMasks:
    """Masks of which only those of the labelled volumes may be read."""

    def __init__(self, store: SliceStore, ids: tuple[str, ...]) -> None:
        self.masks = store.masks
        self.allowed = {number for id in ids for number in store.volumes[id].slices}

    def __getitem__(self, index: slice | np.ndarray) -> np.ndarray:
        assert set(np.arange(len(self.masks))[index]) <= self.allowed, "another mask was read"
        return self.masks[index]


def test_a_run_reads_and_labels_no_other_volume(
    tiny: Experiment, store: SliceStore, tmp_path: Path
) -> None:
    # 004 validates although it is listed among the unlabelled, as 072 does in the paper's split.
    changes = {"splits.unlabelled": ["001", "002", "003", "004"]}
    config = replace(tiny, {**changes, "finetune.self_training": {"rounds": 1}})
    guarded = dataclasses.replace(store, masks=GuardedMasks(store, ("001", "004")))
    run = run_stage("finetune", config, guarded, tmp_path)
    labels = run.load_arrays("pseudo_labels-1")
    assert set(labels) == {"002", "003"}
    assert all(array.dtype == "uint8" and array.max() <= 3 for array in labels.values())
    first, last = (read_metrics(run.path / "metrics.csv")[row] for row in (0, -1))
    pixels = np.concatenate([labels["002"].ravel(), labels["003"].ravel()])
    assert first["pseudo_share_1"] is None  # no round has begun
    assert last["pseudo_share_1"] == np.mean(pixels == 1)


def test_pseudo_labels_are_the_best_models_most_probable_classes(trained: Path, store) -> None:
    run = Run.open(trained / "finetune")
    labels = predict_labels(run, store, ("002",))["002"]
    probabilities = predict_slices(load_network(run), store.images[store.volumes["002"].slices])
    assert np.array_equal(labels, probabilities.argmax(-1))


def test_pseudo_labels_that_exist_are_not_predicted_again(
    tiny: Experiment, store, tmp_path: Path
) -> None:
    run = Run.create(tmp_path, "run", "finetune", tiny, {})  # there is no best.npz to predict with
    slices = store.volumes["002"].slices
    labels = np.full((len(slices), 32, 32), 2, "uint8")
    run.save_arrays("pseudo_labels-1", {"002": labels})
    masks = pseudo_labelled_store(run, store, ("002",), 1, starting=True).masks
    assert np.array_equal(masks[slices], labels)
    assert masks.sum() == labels.sum() and store.masks[store.volumes["001"].slices].any()


def test_pseudo_labels_must_be_there_and_whole_in_the_middle_of_a_round(
    tiny: Experiment, store, tmp_path: Path
) -> None:
    run = Run.create(tmp_path, "run", "finetune", tiny, {})
    with pytest.raises(DataError, match=r"pseudo_labels-2\.npz: cannot be read"):
        pseudo_labelled_store(run, store, ("002",), 2, starting=False)
    run.save_arrays("pseudo_labels-2", {"003": np.zeros((3, 32, 32), "uint8")})
    with pytest.raises(DataError, match=r"pseudo_labels-2\.npz: must hold a mask for each of 1"):
        pseudo_labelled_store(run, store, ("002",), 2, starting=False)


def test_labels_of_another_class_are_refused(
    tiny: Experiment, store: SliceStore, tmp_path: Path
) -> None:
    run = create(tmp_path, tiny, "run")
    mask = np.zeros((store.volumes["002"].depth, 32, 32), "uint8")
    mask[0, 0, 0] = 200
    for labels, got in ((mask, "200"), (mask.astype("float32"), "float32")):
        run.save_arrays("pseudo_labels-1", {"002": labels})
        with pytest.raises(DataError, match=f"uint8 classes up to 3, got {got} of volume 002"):
            pseudo_labelled_store(run, store, ("002",), 1, starting=False)


def test_shares_count_the_pixels_of_the_named_volumes_alone(store) -> None:
    masks = np.full(store.images.shape[:3], 3, "uint8")
    masks[store.volumes["002"].slices] = 0
    masks[store.volumes["002"].slices, :8] = 2  # of 32 rows
    shares = class_shares(dataclasses.replace(store, masks=masks), ("002",))
    assert shares == {"pseudo_share_1": 0, "pseudo_share_2": 0.25, "pseudo_share_3": 0}


def test_labels_are_compared_with_the_store_before_memory_is_spent(
    tiny: Experiment, store: SliceStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = create(tmp_path, tiny, "run")
    with_huge_array(run.path / "pseudo_labels-1.npz", "002")
    monkeypatch.setattr(npz_file, "_array", None)
    with pytest.raises(DataError, match="must hold a mask for each of 1 unlabelled"):
        pseudo_labelled_store(run, store, ("002",), 1, starting=False)
