"""Health of the local representation where views are moved."""

import logging
from collections.abc import Sequence
from functools import cached_property
from typing import Any

import keras
import numpy as np

from dscl_tf.health import measures
from dscl_tf.health.contrastive import cosine_columns
from dscl_tf.health.probe import Probe, apply_unchanged
from dscl_tf.health.regions import RegionMonitor
from dscl_tf.models.moved_regions import MovedRegions
from dscl_tf.runs.metrics_log import Row
from dscl_tf.runs.run import Run

logger = logging.getLogger(__name__)

SOLVED = 0.1  # of the chance value


class MovedRegionMonitor(RegionMonitor):
    """Cosines of matched regions, rank and spread, and how far the loss is from its chance value.

    ::

        monitor = MovedRegionMonitor(model, batches, config.pretrain_local)
        monitor.measure()["loss_of_chance"]  # 1 at chance, 0 where the task is solved
    """

    def __init__(
        self,
        model: MovedRegions,
        batches: Any,
        settings: Any,
        trained: keras.Model | None = None,
    ) -> None:
        """Monitor a model from its present weights on; see `ContrastiveMonitor`."""
        super().__init__(model.network, model.region_loss, batches, settings, model.clip, trained)
        self.model = model
        self.probe = Probe(batches, lambda batch: batch)  # the model augments
        self.said = False

    def measure(self) -> Row:
        """Return cosines, rank and spread of region embeddings, and the loss over chance."""
        cosines, losses, embeddings = [], [], []
        for inputs, labels in self.probe.views:
            outputs = apply_unchanged(self.model, inputs, self.weights())
            target = self.model.targets(inputs, labels, outputs)
            cosines.append(self._mean_cosines(target, outputs))
            losses.append(float(self.model.region_loss(target, outputs)))
            embeddings.append(outputs["own"][outputs["own_inside"] > 0])
        found = np.concatenate(embeddings)
        return {
            **cosine_columns(cosines),
            "effective_rank": measures.effective_rank(found),
            "spread": measures.spread(found),
            "loss_chance": self.chance,
            "loss_of_chance": float(np.mean(losses)) / self.chance,
        }

    def check(self, rows: Sequence[Row], total_steps: int, run: Run) -> None:
        """Say once where the task is solved before half of the stage; stop a collapsed run."""
        super().check(rows, total_steps, run)
        step, share = int(rows[-1]["step"] or 0), rows[-1].get("loss_of_chance")
        if share is not None and share < SOLVED and step < total_steps / 2 and not self.said:
            self.said = True
            logger.info(
                f"{run.path}: at step {step} of {total_steps} the region loss is at {share:.0%} of "
                "its chance value: little is left to learn; pretrain_local.motion can be wider"
            )

    @cached_property
    def chance(self) -> float:
        """The loss of embeddings that are all equal: the mean of log(1 + negatives)."""
        inputs, labels = self.probe.views[0]
        outputs = apply_unchanged(self.model, inputs, self.weights())
        equal = outputs | {name: np.ones_like(outputs[name]) for name in ("own", "found")}
        return float(self.model.region_loss(self.model.targets(inputs, labels, equal), equal))

    def _mean_cosines(self, target: Any, outputs: Any) -> tuple[float, float]:
        """Return the mean cosine of the positive and of the negative pairs."""
        found = self.model.region_loss.cosines(target, outputs)
        positive, negative, mask, matched = map(keras.ops.convert_to_numpy, found)
        return float(positive[matched].mean()), float(negative[mask & matched[..., None]].mean())
