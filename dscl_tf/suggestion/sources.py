"""Which runs tell what to label next."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from dscl_tf.data.store.slice_store import SliceStore
from dscl_tf.errors import DataError, UsageError
from dscl_tf.files import report_read_errors
from dscl_tf.runs.find import LATEST, check_finished, describe, lineage, named_run, newest_finished
from dscl_tf.runs.run import Run

By = Literal["distance", "uncertainty", "both"]

# Those of `dscl_tf.stages.registry.PRETRAINING`, which a test compares.
PRETRAINING = ("pretrain_global", "pretrain_joint", "pretrain_pretext", "pretrain_local")


@dataclass(frozen=True)
class Sources:
    """The runs that are asked.

    Attributes:
        encoder: gives embeddings; None where distance is not asked for.
        network: gives predictions; None where uncertainty is not asked for.
    """

    encoder: Run | None
    network: Run | None

    @property
    def run(self) -> Run:
        """The one that was trained last."""
        run = self.network or self.encoder
        assert run is not None  # there is one of them at least
        return run


def find_sources(runs: Path, choice: str, by: By | None, experiment: str | None = None) -> Sources:
    """Return the runs that a run's name stands for.

    The embeddings of a fine-tuned run are those of the pre-training that it started from, or its
    own where it started from random weights.

    Args:
        runs: the directory that holds the runs.
        choice: a name under `runs`, a run directory, or "latest": the newest finished fine-tuned
            run in `runs` or in a folder of `dscl-tf run` there, or else the newest pre-trained one.
        by: what is asked for; None for all that the run can tell.
        experiment: what "latest" is limited to.

    Raises:
        DataError: there is no such run, or it is not finished.
        UsageError: `by` asks for uncertainty, and the run is not fine-tuned.
    """
    if choice == LATEST:
        run = _latest(runs, by, experiment)
    else:
        run = named_run(runs, choice)
        check_finished(run, (*PRETRAINING, "finetune"), "run")
    if run.stage != "finetune":
        if by in ("uncertainty", "both"):
            raise UsageError(
                f"`by`: must be distance with a pre-trained run, got {by} with {run.path}"
            )
        return Sources(run, None)
    if by == "uncertainty":
        return Sources(None, run)
    before = [one for one in lineage(run) if one.stage in PRETRAINING and one.finished]
    encoder = before[-1] if before else run
    return Sources(encoder, None if by == "distance" else run)


def check_store(run: Run, store: SliceStore) -> None:
    """Check that a store is prepared as a run's was, and of the same data set.

    Volumes may have come or gone since, and masks were added: that is what labelling does.

    Raises:
        DataError: it is not.
    """
    store.check_settings(run.config.data)
    known = run.config.splits.ids()
    if not known & set(store.volumes):
        raise DataError(
            f"{store.directory}: must hold volumes of the data set that {run.path} learnt from, "
            f"such as {min(known)}, got {min(store.volumes)}"
        )


def _latest(runs: Path, by: By | None, experiment: str | None) -> Run:
    preferred: list[tuple[str, ...]] = [("finetune",)]
    if by in (None, "distance"):
        preferred.append(PRETRAINING)
    for stages in preferred:
        found = [newest_finished(place, stages, experiment=experiment) for place in _places(runs)]
        if there := [run for run in found if run]:
            return max(there, key=lambda run: (run.record["started"], run.path))
    stages = tuple(stage for one in reversed(preferred) for stage in one)
    raise DataError(f"{runs}: holds no {describe(stages, 'finished', experiment)}")


def _places(runs: Path) -> Iterator[Path]:
    """Yield the directory of runs, and the folders in it that `dscl-tf run` made."""
    yield runs
    with report_read_errors(runs):
        yield from sorted(path.parent for path in runs.glob("*/workflow.json"))
