import keras
import numpy as np

from dscl_tf.models.blocks.projection import CutRegions


def test_regions_are_flattened_by_row_column_channel() -> None:
    maps = np.arange(2 * 4 * 4 * 2, dtype="float32").reshape(2, 4, 4, 2)
    regions = keras.ops.convert_to_numpy(CutRegions([[0, 0], [2, 1]], 2)(maps))
    assert regions.shape == (2, 2, 8)
    assert regions[1, 1].tolist() == maps[1, 2:4, 1:3].ravel().tolist()


def test_the_layer_is_rebuilt_from_its_config() -> None:
    layer = CutRegions([[0, 1]], 3, name="regions")
    again = CutRegions.from_config(layer.get_config())
    assert (again.corners, again.size, again.name) == ([[0, 1]], 3, "regions")
