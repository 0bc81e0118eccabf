"""What an evaluation leaves in its directory: masks, metrics.csv, metrics.json, report.html."""

import contextlib
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

from dscl_tf.data.store.slice_store import SliceStore
from dscl_tf.evaluation.evaluation import Evaluation
from dscl_tf.evaluation.masks import write_prediction
from dscl_tf.evaluation.measure import MeasuredVolume
from dscl_tf.evaluation.report import write_report
from dscl_tf.evaluation.report.examples import colour_key, draw_examples
from dscl_tf.evaluation.report.provenance import Provenance, notes, title
from dscl_tf.evaluation.tables import write_csv
from dscl_tf.evaluation.views import Views
from dscl_tf.files import atomic_directory, report_write_errors, write_json
from dscl_tf.names import path_in
from dscl_tf.runs.run import Run


@contextlib.contextmanager
def replacing_directory(path: Path) -> Iterator[Path]:
    """Give a temporary directory; on success it takes the place of `path`, whatever lies there.

    Raises:
        DataError: the disk is full or read-only.
    """
    new = path.with_name(f"{path.name}-new")
    shutil.rmtree(new, ignore_errors=True)
    with atomic_directory(new) as folder:
        yield folder
    with report_write_errors(path):
        shutil.rmtree(path, ignore_errors=True)
        new.rename(path)


def write_masks(volume: MeasuredVolume, folder: Path, ending: str) -> None:
    """Write the mask of a volume, and the map of uncertainty if it has one.

    Args:
        volume: with its prediction.
        folder: gets ID followed by `ending`.
        ending: ".nii.gz", or ".png" of pictures.

    Raises:
        DataError: a file cannot be written.
    """
    path = path_in(folder, volume.id, ending)
    write_prediction(path, volume.prediction, volume.image, volume.uncertainty)


def write_results(
    folder: Path,
    evaluation: Evaluation,
    runs: Sequence[Run],
    split: str,
    store: SliceStore,
    views: Views,
    provenance: Provenance,
) -> None:
    """Write tables and report beside the masks, which are in `folder` / "masks" already.

    Args:
        folder: the directory of the evaluation.
        evaluation: the scores.
        runs: whose predictions were averaged.
        split: "validation" or "test".
        store: holds the volumes.
        views: the views of each slice that were averaged.
        provenance: of the runs.

    Raises:
        DataError: a file cannot be written, or a mask cannot be read for its overlay.
    """
    data = runs[0].config.data
    write_csv(folder / "metrics.csv", evaluation.rows, evaluation.unit)
    write_json(folder / "metrics.json", evaluation.to_dict())
    write_report(
        folder / "report.html",
        title=title(runs, split),
        settings=runs[0].config.model_dump(mode="json"),
        histories=provenance.histories,
        rows=evaluation.rows,
        summary=evaluation.summary,
        overlays=draw_examples(evaluation.rows, store, folder / "masks", data),
        key=colour_key(data),
        figures=provenance.figures,
        notes=notes(runs, views, evaluation.summary),
        environment=provenance.environment,
        unit=evaluation.unit,
    )
