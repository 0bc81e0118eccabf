"""Evaluate a fine-tuned run, or an ensemble of them, on a split: masks, metrics, report."""

import logging
import shutil
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from dscl_tf.config import Data, Experiment
from dscl_tf.data.io.files import (
    mask_ending,
    read_image,
    read_mask,
    read_written_mask,
    sha256,
    write_map,
    write_mask,
)
from dscl_tf.data.io.kinds import kind_of
from dscl_tf.data.io.volume import Volume
from dscl_tf.data.store import SliceStore, VolumeEntry, check_volumes
from dscl_tf.errors import DataError, UsageError
from dscl_tf.evaluation import provenance
from dscl_tf.evaluation.ensemble import check_ensemble, check_not_trained_on, load_networks
from dscl_tf.evaluation.metrics import (
    ClassMetrics,
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
from dscl_tf.evaluation.uncertainty import (
    check_map_names,
    mean_right_and_wrong,
    normalised_entropy,
    right_and_wrong,
    uncertainty_path,
)
from dscl_tf.evaluation.views import PLAIN, Views
from dscl_tf.files import atomic_directory, report_write_errors
from dscl_tf.runs.run import Run

logger = logging.getLogger(__name__)


def split_ids(config: Experiment, split: str) -> tuple[str, ...]:
    """Return the volume ids of the split "validation" or "test"."""
    if split == "test":
        return config.splits.test
    return config.splits.select(config.finetune.ntr, config.finetune.combination).validation


def evaluate(
    runs: Sequence[Run],
    config: Experiment,
    store: SliceStore,
    split: str,
    *,
    views: Views = PLAIN,
    uncertainty: bool = False,
    output: Path | None = None,
) -> tuple[Path, VolumeRows, dict[str, Any]]:
    """Predict every volume of a split on its own grid and compare it with its mask.

    A directory gets masks/ID.nii.gz (ID.png of pictures), which hold class numbers, metrics.csv,
    metrics.json and report.html. By default it is `evaluation-SPLIT` in the run's directory, its
    name ending in the views where there are others than the slice as it is; an earlier one of that
    name is replaced once the new one is complete.

    Args:
        runs: a finished fine-tuning run, or several, whose class probabilities are averaged.
        config: gives the volumes of the split.
        store: holds them, prepared as the runs' configurations say.
        split: "validation" or "test".
        views: the views of each slice to average.
        uncertainty: also write masks/ID_uncertainty.nii.gz (.png of pictures), the
            `normalised_entropy`; the summary then says how it tells right from wrong.
        output: another directory, which must not exist yet; required with several runs.

    Returns:
        that directory, the metrics per volume and class, and their summary.

    Raises:
        DataError: a volume is missing, has no mask, or changed since the store was made; a file of
            the runs is missing or damaged; or `output` exists.
        UsageError: the runs cannot be averaged, one of several was fine-tuned on a volume of the
            split, or several have no `output`.
    """
    check_ensemble(runs)
    data = runs[0].config.data
    store.check_settings(data)
    ids = split_ids(config, split)
    check_volumes(ids, store, role=f"splits.{split}", labelled=True)
    check_not_trained_on(ids, runs, role=f"splits.{split}")
    place, new = _places(runs, split, views, output)
    masks = [Path("masks", f"{volume_id}{mask_ending(data)}") for volume_id in ids]
    if uncertainty:
        check_map_names(masks)
    about: dict[str, Any] = {
        "histories": provenance.histories(runs),
        "figures": provenance.figures(runs),
        "environment": provenance.environment(runs),
    }
    networks = load_networks(runs)
    rows: list[tuple[str, Any]] = []
    doubts: dict[str, dict[str, float]] = {}
    with atomic_directory(new) as folder:
        for number, (volume_id, mask) in enumerate(zip(ids, masks, strict=True), start=1):
            entry = store.volumes[volume_id]
            image = _unchanged_image(entry, data)
            slices = np.asarray(store.images[entry.first_slice : entry.first_slice + entry.depth])
            prediction, probabilities = predict_volume(networks, slices, entry.geometry, views)
            write_mask(folder / mask, prediction, image)
            reference = _reference(entry, image, data)
            metrics = _measure(prediction, reference, image, data)
            rows.append((volume_id, metrics))
            if uncertainty:
                doubt = normalised_entropy(probabilities)
                write_map(folder / uncertainty_path(mask), doubt, image)
                doubts[volume_id] = right_and_wrong(doubt, prediction, reference)
            score = mean_over_classes(metrics, "dice")
            logger.info(f"{volume_id}: Dice {score:.3f} ({number}/{len(ids)})")
        summary = summarise(rows)
        if uncertainty:
            summary["uncertainty"] = mean_right_and_wrong(doubts)
        made_by = {"runs": [str(run.path) for run in runs], **asdict(views)}
        write_csv(folder / "metrics.csv", rows, data.unit)
        write_json(folder / "metrics.json", rows, summary, data.unit, made_by)
        write_report(
            folder / "report.html",
            title=provenance.title(runs, split),
            settings=runs[0].config.model_dump(mode="json"),
            rows=rows,
            summary=summary,
            overlays=_overlays(rows, store, folder / "masks", data),
            notes=provenance.notes(runs, views, summary),
            unit=data.unit,
            **about,
        )
    if new != place:
        with report_write_errors(place):
            shutil.rmtree(place, ignore_errors=True)
            new.rename(place)
    return place, rows, summary


def _places(
    runs: Sequence[Run], split: str, views: Views, output: Path | None
) -> tuple[Path, Path]:
    """Return where the evaluation will lie, and where it is written until it is complete."""
    if output is not None:
        return output, output
    if len(runs) > 1:
        raise UsageError("`output`: is required with several runs, got none")
    place = runs[0].path / f"evaluation-{split}{views.suffix}"
    new = place.with_name(f"{place.name}-new")
    shutil.rmtree(new, ignore_errors=True)
    return place, new


def _unchanged_image(entry: VolumeEntry, data: Data) -> Volume:
    _check_unchanged(entry.source, entry.sha256)
    _check_unchanged(_mask_source(entry), entry.mask_sha256)
    return read_image(entry.source, data)


def _measure(
    prediction: np.ndarray, reference: np.ndarray, image: Volume, data: Data
) -> list[ClassMetrics]:
    kind = kind_of(data)
    return volume_metrics(
        kind.scored(prediction), kind.scored(reference), kind.scored_spacing(image), data.classes
    )


def _overlays(
    rows: VolumeRows, store: SliceStore, masks: Path, data: Data
) -> list[tuple[str, bytes]]:
    pictures = []
    for volume_id, role in best_median_worst(rows).items():
        entry = store.volumes[volume_id]
        image = read_image(entry.source, data)
        reference = _reference(entry, image, data)
        prediction = read_written_mask(
            masks / f"{volume_id}{mask_ending(data)}", image, data.classes
        )
        if data.pictures:
            flat = [array[:, :, 0] for array in (image.array, prediction, reference)]
            png = picture_strip(flat[0], flat[1], flat[2], data.classes)
        else:
            png = overlay_strip(image.array, prediction, reference, entry.geometry, data.classes)
        pictures.append((f"{role}: volume {volume_id}", png))
    return pictures


def _reference(entry: VolumeEntry, image: Volume, data: Data) -> np.ndarray:
    return read_mask(_mask_source(entry), image, data)


def _mask_source(entry: VolumeEntry) -> str:
    assert entry.mask_source is not None  # check_volumes saw that it is labelled
    return entry.mask_source


def _check_unchanged(source: str, expected: str | None) -> None:
    if Path(source).is_file() and sha256(source) != expected:
        raise DataError(f"{source}: must be as when the store was made, but has changed")
