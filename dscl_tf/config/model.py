"""The network."""

from pydantic import field_validator

from dscl_tf.config.section import Count, Positive, Probability, Section


class Model(Section):
    """The U-Net and its projection heads (supplement 1.1; see docs/concepts/differences.md).

    >>> Model(filters=(16, 32, 64)).decoder_blocks
    2
    """

    channels: Count = 1
    """Channels of an image: 1 for volumes, 3 for colour pictures."""

    filters: tuple[Count, ...] = (16, 32, 64, 128, 128, 128)
    """Filters of each encoder block, from the full resolution down; two blocks or more. Between two
    blocks the resolution is halved."""

    projection_hidden: Count = 1024
    """Units of the hidden layer of g1, the projection head of the global loss."""

    projection_size: Count = 128
    """Size of the embeddings that are compared, of slices and of regions."""

    batch_norm_momentum: Probability = 0.99
    """The share of the moving statistics that a step keeps; in short runs a smaller one lets them
    follow the network."""

    batch_norm_epsilon: Positive = 1e-3
    """What batch normalisation adds to the variance."""

    @field_validator("filters")
    @classmethod
    def _at_least_two_levels(cls, value: tuple[int, ...]) -> tuple[int, ...]:
        if len(value) < 2:
            raise ValueError(f"must name the filters of two or more levels, got {list(value)}")
        return value

    @property
    def decoder_blocks(self) -> int:
        """Number of 2x poolings in the encoder, which is that of blocks in the full decoder."""
        return len(self.filters) - 1
