import dataclasses

import numpy as np
import pytest

from dscl_tf.errors import DataError
from dscl_tf.evaluation.measure import measure_volumes
from tests.evaluation.networks import Certain


def test_volumes_come_in_order_with_prediction_and_metrics(tiny, store) -> None:
    first, second = measure_volumes([Certain(2)], ["005", "004"], store, tiny.data)
    assert (first.id, second.id) == ("005", "004")
    assert first.prediction.shape == first.image.array.shape
    assert first.prediction.dtype == np.uint8 and 2 in first.prediction
    _, myocardium, ventricle = first.metrics
    assert myocardium.dice > 0 and ventricle.absent_from == "prediction"
    assert first.uncertainty is None and first.mean_uncertainty is None


def test_uncertainty_is_that_of_the_averaged_networks(tiny, store) -> None:
    networks = [Certain(0), Certain(2)]
    (volume,) = measure_volumes(networks, ["005"], store, tiny.data, uncertainty=True)
    assert volume.uncertainty is not None and volume.mean_uncertainty is not None
    assert volume.uncertainty.shape == volume.prediction.shape
    # Two of three classes are equally likely, except beyond the grid, where background is certain.
    assert volume.uncertainty.max() == pytest.approx(np.log(2) / np.log(3), abs=1e-5)
    assert 0.6 < volume.mean_uncertainty["wrong"] <= volume.uncertainty.max()


def test_an_error_comes_after_the_volumes_before_it(tiny, store) -> None:
    entry = dataclasses.replace(store.volumes["005"], mask_sha256="other")
    changed = dataclasses.replace(store, volumes={**store.volumes, "005": entry})
    volumes = measure_volumes([Certain(2)], ["004", "005"], changed, tiny.data)
    assert next(volumes).id == "004"
    with pytest.raises(DataError, match="must be as when the store was made, but has changed"):
        next(volumes)
