"""Evaluate a fine-tuned run, or an ensemble of them, on the volumes of a split."""

import logging
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from dscl_tf.config import Experiment
from dscl_tf.data.inspect.window import loss_summary, window_losses
from dscl_tf.data.io.files import mask_ending
from dscl_tf.data.store import check_volumes
from dscl_tf.data.store.slice_store import SliceStore
from dscl_tf.errors import UsageError
from dscl_tf.evaluation.cleaning import Cleaning
from dscl_tf.evaluation.ensemble import check_ensemble, check_not_trained_on, load_networks
from dscl_tf.evaluation.evaluation import Evaluation, collect
from dscl_tf.evaluation.masks import check_map_names
from dscl_tf.evaluation.measure import MeasuredVolume, measure_volumes
from dscl_tf.evaluation.predict import Network
from dscl_tf.evaluation.report.provenance import Provenance
from dscl_tf.evaluation.scores import evaluation_folder
from dscl_tf.evaluation.views import PLAIN, Views
from dscl_tf.evaluation.write import replacing_directory, write_masks, write_results
from dscl_tf.files import atomic_directory
from dscl_tf.runs.run import Run

logger = logging.getLogger(__name__)


def split_ids(config: Experiment, split: str) -> tuple[str, ...]:
    """Return the volume ids of the split "validation" or "test".

    Raises:
        UsageError: `split` is neither.

    Example:
        >>> from dscl_tf.config import load_config
        >>> config = load_config("phantom")
        >>> split_ids(config, "test") == config.splits.test
        True
    """
    if split not in ("validation", "test"):
        raise UsageError(f"`split`: must be validation or test, got {split}")
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
    components: bool = True,
    write: bool = True,
    output: Path | None = None,
    networks: Sequence[Network] | None = None,
) -> Evaluation:
    """Predict every volume of a split on its own grid and compare it with its mask.

    A directory gets masks/ID.nii.gz (ID.png of pictures), which hold class numbers, metrics.csv,
    metrics.json and report.html. By default it is `evaluation-SPLIT` in the run's directory, its
    name ending in the views where there are others than the slice as it is, and in
    `-no-components` where the run's rules are not followed; an earlier one of that name is replaced
    once the new one is complete.

    Args:
        runs: a finished fine-tuning run, or several, whose class probabilities are averaged.
        config: gives the volumes of the split.
        store: holds them, prepared as the runs' configurations say.
        split: "validation" or "test".
        views: the views of each slice to average.
        uncertainty: also write masks/ID_uncertainty.nii.gz (.png of pictures), the
            `normalised_entropy`; the summary then says how it tells right from wrong.
        components: remove components by the rules that the runs recorded, if they did.
        write: False measures alone, and writes nothing.
        output: another directory, which must not exist yet; required with several runs.
        networks: those of the runs, where they are loaded already.

    Raises:
        DataError: a volume is missing, has no mask, or changed since the store was made; a file of
            the runs is missing or damaged; or `output` exists.
        UsageError: the runs cannot be averaged, one of several was fine-tuned on a volume of the
            split, several have no `output`, or it is given and nothing is written.

    Example::

        run = Run.open("runs/mine")
        store = open_store(run.config, Path("prepared/acdc"))
        scores = evaluate([run], run.config, store, "test", views=Views(flips=("columns",)))
        print(scores.table())
    """
    ids = _checked_ids(runs, config, store, split)
    recorded = Cleaning.of(runs)
    cleaning = recorded if components else None
    if write:
        suffix = f"{views.suffix}-no-components" if recorded and not components else views.suffix
        place = output or _default_place(runs, split, suffix)
        replaces = output is None
        return _write(
            runs, ids, store, split, views, uncertainty, cleaning, place, replaces, networks
        )
    if output is not None:
        raise UsageError(f"`output`: must be left out where nothing is written, got {output}")
    return _measure(runs, ids, store, views, uncertainty, cleaning, networks)


def _checked_ids(
    runs: Sequence[Run], config: Experiment, store: SliceStore, split: str
) -> tuple[str, ...]:
    check_ensemble(runs)
    store.check_settings(runs[0].config.data)
    ids = split_ids(config, split)
    check_volumes(ids, store, role=f"splits.{split}", labelled=True)
    check_not_trained_on(ids, runs, role=f"splits.{split}")
    cut = [loss for loss in window_losses(store, config.grid_multiple) if loss.volume in ids]
    if cut:
        logger.info(
            f"splits.{split}: no prediction reaches beyond the training grid, which cuts off "
            f"{loss_summary(cut)}"
        )
    return ids


def _write(
    runs: Sequence[Run],
    ids: Sequence[str],
    store: SliceStore,
    split: str,
    views: Views,
    uncertainty: bool,
    cleaning: Cleaning | None,
    place: Path,
    replaces: bool,
    networks: Sequence[Network] | None,
) -> Evaluation:
    if uncertainty:
        ending = mask_ending(runs[0].config.data)
        check_map_names([Path(f"{volume}{ending}") for volume in ids])
    provenance = Provenance.of(runs)  # before the first prediction, not hours into them
    with replacing_directory(place) if replaces else atomic_directory(place) as folder:
        masks = folder / "masks"
        evaluation = _measure(runs, ids, store, views, uncertainty, cleaning, networks, masks)
        write_results(folder, evaluation, runs, split, store, views, provenance)
    return replace(evaluation, directory=place)


def _measure(
    runs: Sequence[Run],
    ids: Sequence[str],
    store: SliceStore,
    views: Views,
    uncertainty: bool,
    cleaning: Cleaning | None,
    networks: Sequence[Network] | None = None,
    masks: Path | None = None,
) -> Evaluation:
    data = runs[0].config.data
    networks = networks or load_networks(runs)

    def keep(volume: MeasuredVolume) -> None:
        if masks is not None:
            write_masks(volume, masks, mask_ending(data))

    volumes = measure_volumes(
        networks, ids, store, data, views, uncertainty=uncertainty, cleaning=cleaning, keep=keep
    )
    prediction = {
        "runs": [str(run.path) for run in runs],
        "flips": list(views.flips),
        "rotations": list(views.rotations),
    }
    evaluation = collect(volumes, len(ids), prediction, data.unit)
    if not cleaning:
        return evaluation
    return replace(evaluation, summary={**evaluation.summary, "components": cleaning.summary()})


def _default_place(runs: Sequence[Run], split: str, suffix: str) -> Path:
    if len(runs) > 1:
        raise UsageError("`output`: is required with several runs, got none")
    return evaluation_folder(runs[0].path, split, suffix)
