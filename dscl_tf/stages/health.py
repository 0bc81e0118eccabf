"""Watches the representation during contrastive pre-training, on a fixed probe of slices.

The probe is drawn by the seed from the unlabelled volumes. The network sees it as it sees a batch
in training, with the batch's own statistics, but nothing that the probe does changes a variable:
a run with and one without it end with the same weights.
"""

import json
from abc import ABC, abstractmethod
from collections.abc import Sequence
from functools import cached_property
from typing import Any

import keras
import numpy as np

from dscl_tf.augment.apply import augment_images
from dscl_tf.config import Pretrain
from dscl_tf.data.samplers.batches import Batch, SliceBatches
from dscl_tf.data.samplers.draw_slices import draw_distinct, draw_partitioned
from dscl_tf.errors import TrainingError
from dscl_tf.evaluation import representation
from dscl_tf.files import atomic_write
from dscl_tf.losses import GlobalContrastiveLoss, LocalContrastiveLoss
from dscl_tf.losses.strategies import strategy_masks
from dscl_tf.models.weights import Weights, weights_of
from dscl_tf.stages.collapse import diagnose
from dscl_tf.stages.metrics_log import Row
from dscl_tf.stages.run_directory import Run

VIEWED_SLICES = 40  # about as many slices are seen in two views
CLEAN_SLICES = 64  # at most as many without augmentation

Figures = dict[str, tuple[str, bytes]]
"""File name to caption and PNG."""


class Health(ABC):
    """Base: what to measure how often, what to draw, and when a run has collapsed."""

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
        self.network = network
        self.loss = loss
        self.batches = batches
        self.settings = settings
        self.clip = clip
        self.initial = {path: np.array(array) for path, array in weights_of(network).items()}

    def due(self, step: int, last: bool) -> bool:
        """Return whether to measure after `step`."""
        every = self.settings.health_every
        return bool(every and (last or step % every == 0))

    @abstractmethod
    def measure(self) -> Row:
        """Return the columns for the present weights."""

    @abstractmethod
    def draw(self) -> Figures:
        """Return figures of the initial and the present weights."""

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

    def save_figures(self, run: Run) -> None:
        """Write `figures/*.png` and, last, their captions; nothing if `health_every` is off."""
        if not self.settings.health_every:
            return
        figures = self.draw()
        for name, (_, png) in figures.items():
            with atomic_write(run.path / "figures" / name) as file:
                file.write(png)
        with atomic_write(run.path / "figures" / "captions.json", "w") as file:
            json.dump({name: caption for name, (caption, _) in figures.items()}, file, indent=1)

    @cached_property
    def chance(self) -> float:
        """The loss of embeddings that are all equal: the mean of log(1 + negatives)."""
        _, target = self._draw_batch(0)
        shape = (self.batches.settings.batch_size, *self.network.output_shape[1:])
        return float(self.loss(target, np.ones(shape, "float32")))

    @cached_property
    def views(self) -> list[tuple[np.ndarray, np.ndarray]]:
        """Augmented batches as in training: [(images (rows, H, W, channels), target)]."""
        count = max(1, round(2 * VIEWED_SLICES / self.batches.settings.batch_size))
        batches = [self._draw_batch(number) for number in range(count)]
        return [(self._augmented(inputs), target) for inputs, target in batches]

    def embed(self, images: np.ndarray, weights: Weights | None = None) -> np.ndarray:
        """Return the network's output for `images` under the present weights, or others."""
        return apply_unchanged(self.network, images, weights)

    def _rng(self, number: int) -> np.random.Generator:
        # Batches draw with (seed, step): a third word, not 0, makes these other streams.
        return np.random.default_rng((self.batches.seed, number, 1))

    def _draw_batch(self, number: int) -> Batch:
        return self.batches.draw(self._rng(number))

    def _augmented(self, inputs: dict[str, Any]) -> np.ndarray:
        images = augment_images(inputs["image"], inputs, self.clip)
        return keras.ops.convert_to_numpy(images)


class GlobalHealth(Health):
    """Cosines of slice pairs, and of clean slices rank, spread and partition retrieval.

    Where volumes are not cut into partitions, as pictures are not, retrieval is left out.
    """

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
            "projected on their two principal components, before and after training."
        )
        if self._partitioned:
            caption += (
                " Left: by partition; one colour should gather. Right: by volume; colours should "
                "mix, unless the strategy is to tell volumes apart. Retrieval: how often the "
                "nearest slice of another volume is of the same partition."
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

    @property
    def _partitioned(self) -> bool:
        return bool(self.batches.table.partitions.any())

    def _retrieval(self, embeddings: np.ndarray) -> float:
        table = self.batches.table
        if not self._partitioned:
            return float("nan")
        return representation.partition_retrieval(
            embeddings, table.volumes[self.clean], table.partitions[self.clean]
        )

    @property
    def _retrieval_chance(self) -> float:
        table = self.batches.table
        if not self._partitioned:
            return float("nan")
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
        png = similarity_figure(images[:shown], maps[0][:shown], maps[1][:shown], corner, cut.size)
        caption = (
            "Cosine similarity of one region (the square) with the region at every place of the "
            "decoder's feature map, before and after training: of the same slice"
            + (", and of the middle slice of another volume" if shown > 1 else "")
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


def apply_unchanged(
    network: keras.Model, images: np.ndarray, weights: Weights | None = None
) -> np.ndarray:
    """Apply a network as training does, batch statistics included, without changing a variable.

    Args:
        network: with one output.
        images: (rows, H, W, channels).
        weights: used in place of the network's own, by path.

    Returns:
        float32, whatever the compute dtype.
    """
    mapping = [(v, weights[v.path]) for v in network.variables] if weights else None
    with keras.StatelessScope(state_mapping=mapping):
        output = network(images, training=True)
    return np.asarray(keras.ops.convert_to_numpy(output), np.float32)


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
