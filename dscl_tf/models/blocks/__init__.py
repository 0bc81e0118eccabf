"""The pieces that networks are made of: encoder e, decoder d_l, projections g1 and g2.

Each applies layers of a `LayerFactory` to tensors; the constructors of `dscl_tf.models` join them.
"""

from dscl_tf.models.blocks.decoder import decode, decoder_map_size, segment
from dscl_tf.models.blocks.encoder import FILTERS, encode
from dscl_tf.models.blocks.image_input import image_input
from dscl_tf.models.blocks.layer_factory import LayerFactory
from dscl_tf.models.blocks.nearest_upsampling import NearestUpSampling
from dscl_tf.models.blocks.projection import CutRegions, project_regions, project_slices

__all__ = [
    "FILTERS",
    "CutRegions",
    "LayerFactory",
    "NearestUpSampling",
    "decode",
    "decoder_map_size",
    "encode",
    "image_input",
    "project_regions",
    "project_slices",
    "segment",
]
