import math

import numpy as np

from dscl_tf.config import Experiment
from tests.health.monitors import slice_monitor


def test_clean_slices_are_of_all_partitions_of_many_volumes(tiny: Experiment, store) -> None:
    monitor = slice_monitor(tiny, store)
    table = monitor.batches.table
    assert len(set(monitor.clean.tolist())) == len(monitor.clean) <= 64
    cells = set(zip(table.volumes[monitor.clean], table.partitions[monitor.clean], strict=True))
    assert len(cells) == 3 * 4
    assert np.array_equal(monitor.clean, slice_monitor(tiny, store).clean)


def test_one_volume_alone_has_no_retrieval(tiny: Experiment, store) -> None:
    monitor = slice_monitor(tiny, store, ids=("001",), strategy="GR", batch_size=4)
    row = monitor.measure()
    assert "partition_retrieval" not in row and "partition_retrieval_chance" not in row
    assert math.isfinite(row["cosine_margin"])
    assert list(monitor.draw()) == ["slice_embeddings.png"]


def test_positions_are_contrasted_and_partitions_retrieved(tiny: Experiment, store) -> None:
    monitor = slice_monitor(tiny, store, strategy="PCL", attract_below=0.2, repel_from=0.5)
    row = monitor.measure()
    assert {"positive_cosine", "negative_cosine", "partition_retrieval"} <= set(row)
    _, labels = monitor.probe.draw(0)
    positives, negatives = map(np.asarray, monitor.loss.masks(labels))
    terms = np.log1p(negatives.sum(axis=1))[np.nonzero(positives)[0]]
    assert math.isclose(row["loss_chance"], terms.mean(), rel_tol=1e-6)
