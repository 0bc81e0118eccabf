import keras
import numpy as np

from dscl_tf.models import joint_encoder, region_encoder, slice_encoder
from tests.models.tiny import CORNERS, FILTERS, IMAGES, SHAPE

PROJECTION = {"projection_hidden": 16, "projection_size": 8}


def test_images_are_embedded_as_by_the_networks_of_each_kind() -> None:
    joint = joint_encoder(SHAPE, CORNERS, 1, FILTERS, decoder_blocks=1, **PROJECTION)
    outputs = joint(IMAGES)  # with moving statistics, images do not touch each other
    slices = slice_encoder(SHAPE, FILTERS, **PROJECTION)(IMAGES[:1])
    of_regions = region_encoder(SHAPE, CORNERS, FILTERS, decoder_blocks=1, projection_size=8)
    regions = of_regions(IMAGES[1:])
    for output, expected in ((outputs["global"], slices), (outputs["local"], regions)):
        output, expected = map(keras.ops.convert_to_numpy, (output, expected))
        assert output.shape == expected.shape
        np.testing.assert_allclose(output, expected, atol=1e-5)
