import io

import numpy as np
import pytest
from matplotlib.image import imread

from dscl_tf.health.figures.slices import EmbeddingState, embedding_figure


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("volume_count", [1, 12, 24])
def test_slices_are_drawn_for_any_number_of_volumes(volume_count: int) -> None:
    rng = np.random.default_rng(0)
    volumes, partitions = np.repeat(np.arange(volume_count), 4), np.tile(np.arange(4), volume_count)
    retrieval = float("nan") if volume_count == 1 else 0.5
    states = [
        EmbeddingState("before", np.ones((len(volumes), 8)), retrieval),  # collapsed
        EmbeddingState("after", rng.normal(size=(len(volumes), 8)), retrieval),
    ]
    picture = imread(io.BytesIO(embedding_figure(states, volumes, partitions, retrieval)))
    assert picture.shape[0] > 700 and picture.shape[1] > 900
    one = imread(io.BytesIO(embedding_figure(states[:1], volumes, partitions, retrieval)))
    assert one.shape[0] < 0.7 * picture.shape[0]


@pytest.mark.filterwarnings("error")
def test_without_partitions_slices_are_coloured_by_volume_alone() -> None:
    states = [EmbeddingState("after", np.random.default_rng(0).normal(size=(9, 8)), float("nan"))]
    volumes = np.arange(9)
    widths = [
        imread(io.BytesIO(embedding_figure(states, volumes, partitions, float("nan")))).shape[1]
        for partitions in (np.ones(9, int), np.arange(9) % 2)
    ]
    assert 2 * widths[0] == widths[1]
