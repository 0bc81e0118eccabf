"""Health of the local representation: embeddings of the regions that the loss contrasts."""

from typing import Any

import keras
import numpy as np

from dscl_tf.data.samplers.draw_slices import draw_distinct
from dscl_tf.health import measures
from dscl_tf.health.contrastive import ContrastiveMonitor, cosine_columns
from dscl_tf.health.monitor import Figures
from dscl_tf.health.probe import apply_unchanged
from dscl_tf.losses import LocalContrastiveLoss
from dscl_tf.models.weights import Weights
from dscl_tf.runs.metrics_log import Row


class RegionMonitor(ContrastiveMonitor):
    """Cosines of the region pairs that the loss contrasts, rank and spread of all regions.

    ::

        monitor = RegionMonitor(network, loss, batches, config.pretrain_local, clip=(0.0, 1.5))
        monitor.measure()["effective_rank"]
    """

    loss: LocalContrastiveLoss

    def measure(self) -> Row:
        """Return cosines, rank and spread of region embeddings."""
        outputs = [self.embed(images) for images, _ in self.probe.views]
        cosines = [
            measures.mean_region_cosines(regions, pairs, self.loss.anchors, self.loss.negatives)
            for regions, (_, pairs) in zip(outputs, self.probe.views, strict=True)
        ]
        embeddings = np.concatenate([regions.reshape(-1, regions.shape[-1]) for regions in outputs])
        return {
            **cosine_columns(cosines),
            "effective_rank": measures.effective_rank(embeddings),
            "spread": measures.spread(embeddings),
            "loss_chance": self.chance,
        }

    def draw(self) -> Figures:
        """Return the cosine of one region with every place of its own and of another map."""
        # Here, since matplotlib would delay the first step.
        from dscl_tf.health.figures.canvas import upright
        from dscl_tf.health.figures.regions import similarity_figure

        cut = self.network.get_layer("g2_regions")
        corner = _most_central(np.asarray(cut.corners), self.network.get_layer("g2_conv2").output)
        images = self.pictured()
        maps = [self.similarities(images, corner, weights) for weights in (self.initial, None)]
        shown, kind = min(2, self.batches.table.volume_count), self.batches.store.kind
        drawn = images[..., :1] if kind.anatomical else images  # of several sequences the first
        seen, before, after = (upright(each[:shown], kind) for each in (drawn, *maps))
        place = corner[::-1] if kind.anatomical else corner
        row_mm, column_mm = self.batches.store.settings["spacing"]
        aspect = kind.aspect((row_mm, column_mm))
        png = similarity_figure(seen, before, after, place, cut.size, aspect)
        caption = (
            "Cosine similarity of one region (the square) with the region at every place of the "
            "decoder's feature map, before and after training: of the same slice"
            + (", and of the middle slice of another volume" if shown > 1 else "")
            + ". The region's own place should stand out from distant ones."
        )
        return {"region_similarity.png": (caption, png)}

    def pictured(self) -> np.ndarray:
        """Return the middle slices of two volumes, then others to fill a batch.

        The others are not drawn in the figure: they are there for the batch's statistics.
        """
        table = self.batches.table
        middles = [
            table.indices[table.volumes == volume][np.sum(table.volumes == volume) // 2]
            for volume in range(min(2, table.volume_count))
        ]
        count = min(self.batches.settings.batch_size, len(table))
        others = table.indices[draw_distinct(self.probe.rng(0), table, count)]
        slices = list(dict.fromkeys([*middles, *others.tolist()]))[:count]
        return self.batches.store.images[np.array(slices)]  # (batch, H, W, channels)

    def similarities(
        self, images: np.ndarray, corner: np.ndarray, weights: Weights | None
    ) -> np.ndarray:
        """Return the cosine of one region of the first image with every place of two maps.

        Args:
            images: (batch, H, W, channels).
            corner: (2,) the region's top-left (row, column) in the decoder's feature map.
            weights: by path; None for the present ones.

        Returns:
            (2, h, w), for the feature maps of the first two images.
        """
        layer = self.network.get_layer("g2_conv2")
        weights = weights or self.weights()
        features = apply_unchanged(keras.Model(self.network.input, layer.output), images, weights)
        kernel = None
        if self.network.get_layer("g2_regions").size > 1:
            kernel = weights[self.network.get_layer("g2_dense").kernel.path]
        region = measures.dense_regions(features[0], kernel)[tuple(corner)]
        return np.stack([measures.similarity_map(one, region, kernel) for one in features[:2]])


def _most_central(corners: np.ndarray, feature_map: Any) -> np.ndarray:
    centre = (np.array(feature_map.shape[1:3]) - 1) / 2
    return corners[np.square(corners - centre).sum(axis=1).argmin()]
