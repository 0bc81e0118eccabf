"""Health of the global representation: cosines of pairs of views, embeddings of clean slices."""

from functools import cached_property

import keras
import numpy as np

from dscl_tf.data.inspect.direction import slice_direction
from dscl_tf.data.samplers.draw_slices import draw_distinct, draw_partitioned
from dscl_tf.health import measures
from dscl_tf.health.contrastive import ContrastiveMonitor, cosine_columns
from dscl_tf.health.monitor import Figures
from dscl_tf.losses import GlobalContrastiveLoss
from dscl_tf.models.weights import Weights
from dscl_tf.runs.metrics_log import Row
from dscl_tf.text import counted

CLEAN_SLICES = 64  # at most as many without augmentation


class SliceMonitor(ContrastiveMonitor):
    """Cosines of slice pairs, and of clean slices rank, spread and partition retrieval.

    Clean slices are slices without augmentation. Where volumes are not cut into partitions, as
    pictures are not, retrieval is left out.

    ::

        loss = GlobalContrastiveLoss("GD")
        monitor = SliceMonitor(network, loss, batches, config.pretrain_global)
        monitor.measure()["partition_retrieval"]
    """

    loss: GlobalContrastiveLoss

    def measure(self) -> Row:
        """Return cosines, rank, spread, retrieval across volumes, and what chance would give."""
        cosines = []
        for images, labels in self.probe.views:
            masks = map(keras.ops.convert_to_numpy, self.loss.masks(labels))
            cosines.append(measures.mean_cosines(self.embed(images), *masks))
        embeddings = self._embed_clean()
        return {
            **cosine_columns(cosines),
            "effective_rank": measures.effective_rank(embeddings),
            "spread": measures.spread(embeddings),
            **_if_number("partition_retrieval", self._retrieval(embeddings)),
            **_if_number("partition_retrieval_chance", self._retrieval_chance),
            "loss_chance": self.chance,
        }

    def draw(self) -> Figures:
        """Return the clean slices in the plane of their principal components."""
        # Here, since matplotlib would delay the first step.
        from dscl_tf.health.figures.slices import EmbeddingState, embedding_figure

        table = self.batches.table
        states = [
            EmbeddingState(name, embeddings, self._retrieval(embeddings))
            for name, embeddings in (
                ("before training", self._embed_clean(self.initial)),
                ("after training", self._embed_clean()),
            )
        ]
        entries = self.batches.store.volumes.values()
        ids = {number: entry.id for entry in entries for number in entry.slices}
        volumes = np.array([ids[number] for number in table.indices[self.clean].tolist()])
        partitions = table.partitions[self.clean] + 1  # counted from 1 in the picture
        png = embedding_figure(states, volumes, partitions, self._retrieval_chance)
        caption = (
            f"Embeddings of {counted(len(self.clean), 'slice')} of "
            f"{counted(len(set(volumes)), 'unlabelled volume')}, "
            "projected on their two principal components, before and after training."
        )
        if self._partitioned:
            way = slice_direction(self.batches.store.volumes[name] for name in set(volumes))
            caption += (
                " Left: by partition, from the first slices (darkest) to the last (brightest)"
                f"{way and f', by the headers {way}'}; one colour should gather. Right: by volume; "
                "colours should mix, unless the strategy is to tell volumes apart. Retrieval: how "
                "often the nearest slice of another volume is of the same partition."
            )
        return {"slice_embeddings.png": (caption, png)}

    @cached_property
    def clean(self) -> np.ndarray:
        """Positions in the sampler's table of the slices that are seen without augmentation."""
        rng, table = self.probe.rng(0), self.batches.table
        if table.volume_count < 2:
            return draw_distinct(rng, table, min(CLEAN_SLICES, len(table)))
        drawn = draw_partitioned(rng, table, CLEAN_SLICES)
        return np.array(list(dict.fromkeys(drawn.tolist())))  # a small set of volumes repeats

    def _embed_clean(self, weights: Weights | None = None) -> np.ndarray:
        images = self.batches.store.images[self.batches.table.indices[self.clean]]
        return self.embed(images, weights)

    @property
    def _partitioned(self) -> bool:
        return bool(self.batches.table.partitions.any())

    def _retrieval(self, embeddings: np.ndarray) -> float:
        table = self.batches.table
        if not self._partitioned:
            return float("nan")
        return measures.partition_retrieval(
            embeddings, table.volumes[self.clean], table.partitions[self.clean]
        )

    @property
    def _retrieval_chance(self) -> float:
        table = self.batches.table
        if not self._partitioned:
            return float("nan")
        return measures.retrieval_chance(table.volumes[self.clean], table.partitions[self.clean])


def _if_number(name: str, value: float) -> Row:
    return {} if np.isnan(value) else {name: value}
