"""What a served model takes and returns, compared with what its volumes are prepared for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dscl_tf.config import Data
from dscl_tf.errors import DataError

SIGNATURE, IMAGE, PROBABILITIES = "serving_default", "image", "probabilities"


@dataclass(frozen=True)
class Signature:
    """The tensors of the signature that takes normalised slices; -1 is any length.

    Attributes:
        version: of the model.
        inputs: name to shape.
        outputs: name to shape.

    >>> Signature("1", {"image": (-1, 64, 64, 1)}, {"probabilities": (-1, 64, 64, 4)}).version
    '1'
    """

    version: str
    inputs: Mapping[str, Sequence[int]]
    outputs: Mapping[str, Sequence[int]]

    def check(self, data: Data, server: str) -> None:
        """Check that the model takes the slices of `data` and tells its classes apart.

        Args:
            data: how volumes are prepared.
            server: for the message.

        Raises:
            DataError: it does not.
        """
        expected = (-1, *data.grid, data.channel_count)
        image, probabilities = self.inputs.get(IMAGE), self.outputs.get(PROBABILITIES)
        if image is None or probabilities is None or len(probabilities) != 4:
            raise DataError(
                f"{server}: must serve an export of dscl-tf, whose {SIGNATURE} takes {IMAGE} and "
                f"returns {PROBABILITIES}, got {sorted(self.inputs)} and {sorted(self.outputs)}"
            )
        if tuple(image) != expected:
            raise DataError(
                f"{server}: must take slices of {_shape(expected)} (rows, columns, channels), as "
                f"these volumes are prepared, got a model of {_shape(image)}"
            )
        if probabilities[-1] != data.class_count:
            names = ", ".join(("background", *data.classes.values()))
            raise DataError(
                f"{server}: must have {data.class_count} classes ({names}), got a model of "
                f"{probabilities[-1]}"
            )


def _shape(shape: Sequence[int]) -> str:
    return " x ".join(map(str, shape[1:]))
