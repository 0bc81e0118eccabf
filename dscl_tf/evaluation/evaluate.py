"""Evaluate a fine-tuned run on a split: masks, metrics, report."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import numpy as np

from dscl_tf.config import Data, Experiment
from dscl_tf.data.read import (
    mask_ending,
    read_image,
    read_mask,
    read_written_mask,
    sha256,
    write_mask,
)
from dscl_tf.data.splits import check_volumes, named
from dscl_tf.data.store import SliceStore, VolumeEntry
from dscl_tf.data.volume import Volume
from dscl_tf.errors import DataError
from dscl_tf.evaluation.metrics import (
    VolumeRows,
    best_median_worst,
    mean_over_classes,
    summarise,
    volume_metrics,
)
from dscl_tf.evaluation.overlay import overlay_strip
from dscl_tf.evaluation.picture_overlay import picture_strip
from dscl_tf.evaluation.predict import predict_volume
from dscl_tf.evaluation.report import write_report
from dscl_tf.evaluation.tables import write_csv, write_json
from dscl_tf.files import atomic_directory
from dscl_tf.stages.finetuned import load_network
from dscl_tf.stages.metrics_log import read_metrics
from dscl_tf.stages.run_directory import Run


def split_ids(config: Experiment, split: str) -> tuple[str, ...]:
    """Return the volume ids of the split "validation" or "test"."""
    if split == "test":
        return config.splits.test
    return config.splits.select(config.finetune.ntr, config.finetune.combination).validation


def evaluate(
    run: Run,
    config: Experiment,
    store: SliceStore,
    split: str,
    progress: Callable[[str], None],
) -> tuple[Path, VolumeRows, dict[str, Any]]:
    """Predict every volume of a split on its own grid and compare it with its mask.

    The run's directory gets `evaluation-SPLIT/`: masks/ID.nii.gz (ID.png of pictures), which
    hold class numbers, metrics.csv, metrics.json and report.html. An earlier evaluation of the same
    split is replaced once the new one is complete.

    Returns:
        that directory, the metrics per volume and class, and their summary.

    Raises:
        DataError: a volume is missing, has no mask, or changed since the store was made.
    """
    store.check_settings(run.config.data)
    ids = split_ids(config, split)
    check_volumes(ids, store, role=f"splits.{split}", labelled=True)
    network = load_network(run)
    output = run.path / f"evaluation-{split}"
    new = run.path / f"evaluation-{split}-new"
    shutil.rmtree(new, ignore_errors=True)
    rows: list[tuple[str, Any]] = []
    with atomic_directory(new) as folder:
        for number, volume_id in enumerate(ids, start=1):
            metrics = _evaluate_volume(network, run, store, volume_id, folder / "masks")
            rows.append((volume_id, metrics))
            score = mean_over_classes(metrics, "dice")
            progress(f"{volume_id}: Dice {score:.3f} ({number}/{len(ids)})")
        summary = summarise(rows)
        unit = run.config.data.unit
        write_csv(folder / "metrics.csv", rows, unit)
        write_json(folder / "metrics.json", rows, summary, unit)
        write_report(
            folder / "report.html",
            title=f"{run.config.name}: {split} volumes",
            settings=run.config.model_dump(mode="json"),
            histories=_histories(run),
            rows=rows,
            summary=summary,
            overlays=_overlays(rows, store, folder / "masks", run.config.data),
            figures=_figures(run),
            notes=_notes(run),
            environment={"command": run.record["command"], **_environment(run)},
            unit=unit,
        )
    shutil.rmtree(output, ignore_errors=True)
    new.rename(output)
    return output, rows, summary


def _evaluate_volume(
    network: keras.Model, run: Run, store: SliceStore, volume_id: str, masks: Path
) -> Any:
    entry = store.volumes[volume_id]
    _check_unchanged(entry.source, entry.sha256)
    _check_unchanged(_mask_source(entry), entry.mask_sha256)
    data = run.config.data
    image = read_image(entry.source, data)
    slices = np.asarray(store.images[entry.first_slice : entry.first_slice + entry.depth])
    prediction, _ = predict_volume(network, slices, entry.geometry)
    masks.mkdir(parents=True, exist_ok=True)
    write_mask(_mask_path(masks, volume_id, data), prediction, image)
    reference = _reference(entry, image, data)
    if data.pictures:  # (rows, columns): of a slab the surface would be the whole of it
        return volume_metrics(
            prediction[..., 0], reference[..., 0], image.spacing[:2], data.classes
        )
    return volume_metrics(prediction, reference, image.spacing, data.classes)


def _overlays(
    rows: VolumeRows, store: SliceStore, masks: Path, data: Data
) -> list[tuple[str, bytes]]:
    pictures = []
    for volume_id, role in best_median_worst(rows).items():
        entry = store.volumes[volume_id]
        image = read_image(entry.source, data)
        reference = _reference(entry, image, data)
        prediction = read_written_mask(_mask_path(masks, volume_id, data), image, data.classes)
        if data.pictures:
            flat = [array[:, :, 0] for array in (image.array, prediction, reference)]
            png = picture_strip(flat[0], flat[1], flat[2], data.classes)
        else:
            png = overlay_strip(image.array, prediction, reference, entry.geometry, data.classes)
        pictures.append((f"{role}: volume {volume_id}", png))
    return pictures


def _mask_path(masks: Path, volume_id: str, data: Data) -> Path:
    return masks / f"{volume_id}{mask_ending(data)}"


def _reference(entry: VolumeEntry, image: Volume, data: Data) -> np.ndarray:
    return read_mask(_mask_source(entry), image, data)


def _mask_source(entry: VolumeEntry) -> str:
    assert entry.mask_source is not None  # check_volumes saw that it is labelled
    return entry.mask_source


def _check_unchanged(source: str, expected: str | None) -> None:
    if Path(source).is_file() and sha256(source) != expected:
        raise DataError(f"{source}: must be as when the store was made, but has changed")


def _histories(run: Run) -> dict[str, Any]:
    """Return the training curves of the run and of the runs it started from, oldest first."""
    return {one.stage: read_metrics(one.path / "metrics.csv") for one in _chain(run)}


def _figures(run: Run) -> list[tuple[str, bytes]]:
    """Return the figures that the runs left, oldest first, captions headed by their stage.

    Raises:
        DataError: a figure that its run names cannot be read.
    """
    pictures = []
    for one in _chain(run):
        captions = one.path / "figures" / "captions.json"
        if not captions.is_file():
            continue
        try:
            for name, caption in json.loads(captions.read_text()).items():
                png = (captions.parent / name).read_bytes()
                pictures.append((f"{one.stage}: {caption}", png))
        except (OSError, ValueError, AttributeError) as error:
            raise DataError(f"{captions}: its figures cannot be read: {error}") from error
    return pictures


def _chain(run: Run) -> list[Run]:
    """Return the run and those it started from, oldest first."""
    init = run.record["init"]
    if init and Path(init, "run.json").is_file():
        return [*_chain(Run.open(init)), run]
    return [run]


def _notes(run: Run) -> list[str]:
    volumes = run.config.splits.select(run.config.finetune.ntr, run.config.finetune.combination)
    start = run.record["init"] or "random weights"
    return [
        f"Fine-tuned on {named(volumes.train)}, starting from {start}. The weights are those "
        f"of step {run.record['best_step']}, with the highest Dice on the validation volumes "
        f"{named(volumes.validation)} ({run.record['best_validation_dice']:.3f} on the "
        "training grid)."
    ]


def _environment(run: Run) -> dict[str, Any]:
    return json.loads((run.path / "environment.json").read_text())
