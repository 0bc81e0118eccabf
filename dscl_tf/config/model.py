"""The network."""

from pydantic import field_validator

from dscl_tf.config.section import Count, Positive, Probability, Section


class Model(Section):
    """The U-Net and its projection heads (supplement 1.1; see the README for paper versus code)."""

    channels: Count = 1
    filters: tuple[Count, ...] = (16, 32, 64, 128, 128, 128)
    projection_hidden: Count = 1024
    projection_size: Count = 128
    batch_norm_momentum: Probability = 0.99
    batch_norm_epsilon: Positive = 1e-3

    @field_validator("filters")
    @classmethod
    def _at_least_two_levels(cls, value: tuple[int, ...]) -> tuple[int, ...]:
        if len(value) < 2:
            raise ValueError(f"must name the filters of two or more levels, got {list(value)}")
        return value

    @property
    def decoder_blocks(self) -> int:
        """Number of 2x poolings in the encoder, and so of blocks in the full decoder."""
        return len(self.filters) - 1
