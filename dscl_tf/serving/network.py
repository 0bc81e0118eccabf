"""A network on a server, in the place of a Keras model."""

from typing import Protocol

import numpy as np

from dscl_tf.errors import DataError
from dscl_tf.serving.signature import Signature


class Client(Protocol):
    """A way to a served model; its errors are `DataError`s that name the server."""

    def signature(self) -> Signature:
        """Return what the model takes and returns."""

    def probabilities(self, slices: np.ndarray) -> np.ndarray:
        """Return (batch, H, W, classes) float32 of normalised slices (batch, H, W, channels)."""


class ServedNetwork:
    """What `predict_slices` asks in place of a `keras.Model`.

    Attributes:
        gives_probabilities: True, so that `predict_slices` takes what it returns as it is.
        jit_compile: False, so that no batch is filled up.

    Example::

        network = connect("grpc://localhost:8500/heart", data)
        mask, probabilities = predict_volume([network], slices, geometry)
    """

    gives_probabilities = True
    jit_compile = False

    def __init__(self, client: Client, server: str, classes: int) -> None:
        """Ask for predictions by `client`.

        Args:
            client: the way to the server.
            server: for messages.
            classes: number of classes with the background.
        """
        self._client = client
        self._server = server
        self._classes = classes

    def predict_on_batch(self, x: np.ndarray) -> np.ndarray:
        """Return the class probabilities (batch, H, W, classes) of slices (batch, H, W, channels).

        Raises:
            DataError: the server cannot be reached, answers with an error, or with something else
                than as many finite probabilities.
        """
        probabilities = self._client.probabilities(x)
        expected = (*x.shape[:3], self._classes)
        if probabilities.shape != expected:
            raise DataError(
                f"{self._server}: must answer with probabilities {expected}, "
                f"got {probabilities.shape}"
            )
        if not np.isfinite(probabilities).all():
            raise DataError(f"{self._server}: probabilities must be numbers, got NaN or infinite")
        return probabilities
