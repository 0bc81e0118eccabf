"""The steps after training: evaluate, export, predict the volumes without a mask."""

import hashlib
import logging
import shutil
from functools import cached_property
from pathlib import Path
from typing import Any

import keras

from dscl_tf.config import Experiment
from dscl_tf.data.store.slice_store import SliceStore
from dscl_tf.evaluation.split import evaluate
from dscl_tf.runs.load import load_network
from dscl_tf.runs.run import Run
from dscl_tf.text import named
from dscl_tf.workflow.masks import unlabelled_ids, write_masks
from dscl_tf.workflow.state import State

logger = logging.getLogger(__name__)


class Outcome:
    """Makes what a finished fine-tuning is for; each result once, with one network.

    Attributes:
        run: the fine-tuning run.
        config: the configuration of the sequence.
        store: the slice store.
        state: what was done so far.
        home: the folder of the sequence.
    """

    def __init__(
        self, run: Run, config: Experiment, store: SliceStore, state: State, home: Path
    ) -> None:
        """Work with the weights of `run`."""
        self.run, self.config, self.store, self.state, self.home = run, config, store, state, home
        weights = hashlib.sha256((run.path / "weights.npz").read_bytes()).hexdigest()
        self.made_from = f"{weights[:16]} {store.version[:16]}"

    @cached_property
    def network(self) -> keras.Model:
        """The run's network, loaded when it is first needed."""
        return load_network(self.run)

    def evaluate(self) -> dict[str, Any]:
        """Evaluate the test volumes with masks, or else the validation volumes."""
        config = _with_masks(self.config, self.store)
        split = "test" if config.splits.test else "validation"
        of = f"{self.made_from} {split} {' '.join(config.splits.test)}"
        done = self.state.finished("evaluate", of)
        if done and (self.home / done["report"]).is_file():
            logger.info("evaluate: done already")
            return self._placed(done)
        with self.state.step("evaluate", of) as result:
            if split == "validation":
                logger.info(
                    "no test volume has a mask: evaluating the validation volumes, which chose the "
                    "weights, so that their Dice is too good"
                )
            found = evaluate([self.run], config, self.store, split, networks=[self.network])
            assert found.report is not None  # it was written
            report = str(found.report.relative_to(self.home))
            result.update(report=report, split=split, dice=found.dice)
        return self._placed(result)

    def export(self) -> dict[str, Any]:
        """Write the SavedModel, which takes TensorFlow."""
        if keras.backend.backend() != "tensorflow":
            logger.warning("export: left out, it needs KERAS_BACKEND=tensorflow")
            return {}
        place = self.home / "saved_model" / self.config.name
        done = self.state.finished("export", self.made_from)
        if done and (self.home / done["saved_model"]).is_dir():
            logger.info("export: done already")
            return self._placed(done)
        saved = place / "1"
        if not self.state.began("export", self.made_from):
            shutil.rmtree(saved, ignore_errors=True)  # of other weights
        with self.state.step("export", self.made_from) as result:
            if not saved.exists():  # else a call was killed after writing it
                from dscl_tf.export.run import export_run

                export_run(self.run, place, network=self.network)
            result.update(saved_model=str(saved.relative_to(self.home)))
        return self._placed(result)

    def masks(self) -> dict[str, Any]:
        """Predict the volumes that have no mask."""
        folder, ids = self.home / "masks", unlabelled_ids(self.store)
        if not self.state.began("masks", self.made_from):
            shutil.rmtree(folder, ignore_errors=True)  # of other weights
        with self.state.step("masks", self.made_from) as result:
            if ids:
                write_masks(self.run, self, self.store, ids, folder)
                result.update(masks=folder.name, masks_written=len(ids))
            else:
                logger.info("masks: every volume has one already, none is predicted")
        return self._placed(result)

    def _placed(self, result: dict[str, Any]) -> dict[str, Any]:
        """Return a result with the paths where they are now, since the folder may be moved."""
        paths = ("report", "saved_model", "masks")
        return {
            key: str(self.home / value) if key in paths else value for key, value in result.items()
        }

    def predict_on_batch(self, x: Any) -> Any:
        """Predict as the network does, which is loaded only if a mask is missing."""
        return self.network.predict_on_batch(x)

    @property
    def jit_compile(self) -> Any:
        """That of the network."""
        return self.network.jit_compile


def _with_masks(config: Experiment, store: SliceStore) -> Experiment:
    """Return a configuration whose test volumes all have masks."""
    test = config.splits.test
    kept = tuple(id for id in test if store.volumes[id].labelled)
    if left := [id for id in test if id not in kept]:
        logger.info(f"splits.test: {len(left)} volumes have no mask to compare with: {named(left)}")
    splits = config.splits.model_copy(update={"test": kept})
    return config.model_copy(update={"splits": splits})
