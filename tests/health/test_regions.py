import math

import numpy as np
import pytest

from dscl_tf.config import Experiment
from dscl_tf.health.measures import unit
from tests.health.monitors import region_monitor


def test_chance_counts_negatives_in_both_maps(tiny: Experiment, store) -> None:
    assert region_monitor(tiny, store).chance == pytest.approx(math.log(1 + 2 * 2), abs=1e-4)


@pytest.mark.parametrize("size", [1, 3])
def test_the_similarity_map_holds_the_regions_of_the_loss(
    tiny: Experiment, store, size: int
) -> None:
    monitor = region_monitor(tiny, store, size)
    corners = np.array(monitor.network.get_layer("g2_regions").corners)
    images = monitor.pictured()
    maps = monitor.similarities(images, corners[2], None)
    regions = unit(monitor.embed(images))
    for number in range(2):
        expected = regions[number] @ regions[0, 2]
        np.testing.assert_allclose(maps[number][tuple(corners.T)], expected, atol=1e-4)


def test_the_figure_shows_slices_upright(tiny: Experiment, store, monkeypatch) -> None:
    monitor = region_monitor(tiny, store)
    drawn = []
    figure = "dscl_tf.health.figures.regions.similarity_figure"
    monkeypatch.setattr(figure, lambda *arguments: drawn.append(arguments) or b"")
    monitor.draw()
    ((images, before, _, corner, *_),) = drawn
    stored = monitor.pictured()[:2]
    np.testing.assert_array_equal(images, stored.swapaxes(1, 2))
    np.testing.assert_allclose(before[0][tuple(corner)], 1, atol=1e-4)  # the region's own place
