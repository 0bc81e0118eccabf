"""Watches the representation during contrastive pre-training, on a fixed probe of slices.

The probe is drawn by the seed from the unlabelled volumes; see `dscl_tf.stages.probe`.
"""

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import keras
import numpy as np

from dscl_tf.config import Pretrain
from dscl_tf.data.samplers.batches import SliceBatches
from dscl_tf.data.samplers.draw_slices import draw_distinct, draw_partitioned
from dscl_tf.errors import TrainingError
from dscl_tf.evaluation import representation
from dscl_tf.losses import GlobalContrastiveLoss, LocalContrastiveLoss
from dscl_tf.losses.strategies import strategy_masks
from dscl_tf.models.weights import Weights, weights_of
from dscl_tf.stages.collapse import diagnose
from dscl_tf.stages.metrics_log import Row
from dscl_tf.stages.probe import Figures, Probe, apply_unchanged
from dscl_tf.stages.run_directory import Run

CLEAN_SLICES = 64  # at most as many without augmentation


class Health(Probe):
    """Base: also what embeddings that are all equal would score, and when a run has collapsed."""

    settings: Pretrain

    def __init__(
        self,
        network: keras.Model,
        loss: keras.losses.Loss,
        batches: SliceBatches,
        settings: Pretrain,
        clip: tuple[float, float] | None = None,
    ) -> None:
        """Watch `network` from its present weights on.

        Args:
            network: from images to embeddings; it shares its variables with the trained model.
            loss: what is trained with; its value for equal embeddings is the chance value.
            batches: the stage's sampler; the probe is drawn from it, apart from every step.
            settings: the stage's section of the configuration.
            clip: range of intensities after augmentation, as in training.
        """
        super().__init__(network, batches, settings, clip)
        self.loss = loss
        self.initial = {path: np.array(array) for path, array in weights_of(network).items()}

    def check(self, rows: Sequence[Row], total_steps: int, run: Run) -> None:
        """Stop a run whose representation has collapsed, unless the settings say otherwise.

        Raises:
            TrainingError: one line that says what was seen and what to try.
        """
        if not self.settings.stop_on_collapse:
            return
        if problem := diagnose(rows, total_steps, self.chance):
            raise TrainingError(
                f"{run.path}: collapsed, {problem}; try a milder augmentation, a lower "
                "learning_rate or a larger batch_size, or go on regardless with "
                f"--set {run.stage}.stop_on_collapse=false"
            )

    @cached_property
    def chance(self) -> float:
        """The loss of embeddings that are all equal: the mean of log(1 + negatives)."""
        _, target = self._draw_batch(0)
        shape = (self.batches.settings.batch_size, *self.network.output_shape[1:])
        return float(self.loss(target, np.ones(shape, "float32")))

    def embed(self, images: np.ndarray, weights: Weights | None = None) -> np.ndarray:
        """Return the network's output for `images` under the present weights, or others."""
        return apply_unchanged(self.network, images, weights)


class GlobalHealth(Health):
    """Cosines of slice pairs, and of clean slices rank, spread and partition retrieval."""

    loss: GlobalContrastiveLoss

    def measure(self) -> Row:
        """Return cosines, rank, spread, retrieval across volumes, and what chance would give."""
        cosines = []
        for images, labels in self.views:
            masks = map(keras.ops.convert_to_numpy, strategy_masks(self.loss.strategy, labels))
            cosines.append(representation.mean_cosines(self.embed(images), *masks))
        embeddings = self._embed_clean()
        return {
            **_cosine_columns(cosines),
            "effective_rank": representation.effective_rank(embeddings),
            "spread": representation.spread(embeddings),
            **_if_number("partition_retrieval", self._retrieval(embeddings)),
            **_if_number("partition_retrieval_chance", self._retrieval_chance),
            "loss_chance": self.chance,
        }

    def draw(self) -> Figures:
        """Return the clean slices in the plane of their principal components."""
        # Here, since matplotlib would delay the first step.
        from dscl_tf.evaluation.embedding_figures import EmbeddingState, embedding_figure

        table = self.batches.table
        states = [
            EmbeddingState(name, embeddings, self._retrieval(embeddings))
            for name, embeddings in (
                ("before training", self._embed_clean(self.initial)),
                ("after training", self._embed_clean()),
            )
        ]
        entries = self.batches.store.volumes.values()
        ids = {row: entry.id for entry in entries for row in entry.slices}
        volumes = np.array([ids[row] for row in table.rows[self.clean].tolist()])
        partitions = table.partitions[self.clean] + 1  # counted from 1 in the picture
        png = embedding_figure(states, volumes, partitions, self._retrieval_chance)
        caption = (
            f"Embeddings of {len(self.clean)} slices of {len(set(volumes))} unlabelled volumes, "
            "projected on their two principal components, before and after training. Left: by "
            "partition; one colour should gather. Right: by volume; colours should mix, unless "
            "the strategy is to tell volumes apart. Retrieval: how often the nearest slice of "
            "another volume is of the same partition."
        )
        return {"slice_embeddings.png": (caption, png)}

    @cached_property
    def clean(self) -> np.ndarray:
        """Positions in the sampler's table of the slices seen without augmentation."""
        rng, table = self._rng(0), self.batches.table
        if table.volume_count < 2:
            return draw_distinct(rng, table, min(CLEAN_SLICES, len(table)))
        drawn = draw_partitioned(rng, table, CLEAN_SLICES)
        return np.array(list(dict.fromkeys(drawn.tolist())))  # a small set of volumes repeats

    def _embed_clean(self, weights: Weights | None = None) -> np.ndarray:
        images = self.batches.store.images[self.batches.table.rows[self.clean]]
        return self.embed(images, weights)

    def _retrieval(self, embeddings: np.ndarray) -> float:
        table = self.batches.table
        return representation.partition_retrieval(
            embeddings, table.volumes[self.clean], table.partitions[self.clean]
        )

    @property
    def _retrieval_chance(self) -> float:
        table = self.batches.table
        return representation.retrieval_chance(
            table.volumes[self.clean], table.partitions[self.clean]
        )


class LocalHealth(Health):
    """Cosines of the region pairs that the loss contrasts, rank and spread of all regions."""

    loss: LocalContrastiveLoss

    def measure(self) -> Row:
        """Return cosines, rank and spread of region embeddings."""
        outputs = [self.embed(images) for images, _ in self.views]
        cosines = [
            representation.mean_region_cosines(
                regions, pairs, self.loss.anchors, self.loss.negatives
            )
            for regions, (_, pairs) in zip(outputs, self.views, strict=True)
        ]
        embeddings = np.concatenate([regions.reshape(-1, regions.shape[-1]) for regions in outputs])
        return {
            **_cosine_columns(cosines),
            "effective_rank": representation.effective_rank(embeddings),
            "spread": representation.spread(embeddings),
            "loss_chance": self.chance,
        }

    def draw(self) -> Figures:
        """Return the cosine of one region with every place of its own and of another map."""
        from dscl_tf.evaluation.embedding_figures import similarity_figure

        cut = self.network.get_layer("g2_regions")
        corner = _most_central(np.asarray(cut.corners), self.network.get_layer("g2_conv2").output)
        images = self._pictured()
        maps = [self._similarities(images, corner, weights) for weights in (self.initial, None)]
        shown = min(2, self.batches.table.volume_count)
        png = similarity_figure(
            images[:shown, ..., 0], maps[0][:shown], maps[1][:shown], corner, cut.size
        )
        caption = (
            "Cosine similarity of one region (the square) with the region at every place of the "
            "decoder's feature map, before and after training: of the same slice"
            + (", and of a slice at the same height of another volume" if shown > 1 else "")
            + ". The region's own place should stand out from distant ones."
        )
        return {"region_similarity.png": (caption, png)}

    def _pictured(self) -> np.ndarray:
        """Middle slices of two volumes, then others, so that the statistics are a batch's."""
        table = self.batches.table
        middles = [
            table.rows[table.volumes == volume][np.sum(table.volumes == volume) // 2]
            for volume in range(min(2, table.volume_count))
        ]
        count = min(self.batches.settings.batch_size, len(table))
        others = table.rows[draw_distinct(self._rng(0), table, count)]
        rows = list(dict.fromkeys([*middles, *others.tolist()]))[:count]
        return self.batches.store.images[np.array(rows)]

    def _similarities(
        self, images: np.ndarray, corner: np.ndarray, weights: Weights | None
    ) -> np.ndarray:
        """Return (2, h, w): the first image's region at `corner` against the first two maps."""
        layer = self.network.get_layer("g2_conv2")
        features = apply_unchanged(keras.Model(self.network.input, layer.output), images, weights)
        kernel = None
        if self.network.get_layer("g2_regions").size > 1:
            weights = weights or weights_of(self.network)
            kernel = weights[self.network.get_layer("g2_dense").kernel.path]
        region = representation.dense_regions(features[0], kernel)[tuple(corner)]
        return np.stack(
            [representation.similarity_map(one, region, kernel) for one in features[:2]]
        )


def _cosine_columns(cosines: Sequence[tuple[float, float]]) -> Row:
    positive, negative = (float(value) for value in np.mean(cosines, axis=0))
    return {
        "positive_cosine": positive,
        "negative_cosine": negative,
        "cosine_margin": positive - negative,
    }


def _if_number(name: str, value: float) -> Row:
    return {} if np.isnan(value) else {name: value}


def _most_central(corners: np.ndarray, feature_map: Any) -> np.ndarray:
    centre = (np.array(feature_map.shape[1:3]) - 1) / 2
    return corners[np.square(corners - centre).sum(axis=1).argmin()]
