"""The three steps by which one file is predicted, as `overlapped` calls them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from dscl_tf.config import Data
from dscl_tf.data.grid.geometry import Geometry
from dscl_tf.data.grid.preprocess import prepare_image
from dscl_tf.data.io.files import read_image
from dscl_tf.data.io.volume import Volume
from dscl_tf.errors import DataError
from dscl_tf.evaluation.inputs import Input
from dscl_tf.evaluation.outputs import Outputs
from dscl_tf.evaluation.predict import Network, average_views, to_native_mask
from dscl_tf.evaluation.predictor import Predictor
from dscl_tf.evaluation.unlike import unlike
from dscl_tf.evaluation.views import Views


@dataclass(frozen=True, eq=False)
class Prepared:
    """A volume as it stands in its file, and on the training grid.

    Attributes:
        image: of the file.
        geometry: maps between the two.
        values: (slices, H, W, channels) normalised slices, and after the networks
            (slices, H, W, classes) their class probabilities.
        unlike: in what the volume is unlike those of training, in words.
    """

    image: Volume
    geometry: Geometry
    values: np.ndarray
    unlike: tuple[str, ...] = ()


@dataclass(frozen=True)
class Written:
    """What is to be said of an input once its files are there, or why there are none.

    Attributes:
        volume: the input.
        not_finite: number of voxels that were NaN or infinite.
        error: the rule that the input breaks.
        unlike: in what the volume is unlike those of training, in words.
    """

    volume: Input
    not_finite: int = 0
    error: DataError | None = None
    unlike: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class FileSteps:
    """Read a file, ask the networks, bring the answer back to the file's voxels and write it.

    Attributes:
        predictor: says how files are prepared, and what is cut off masks.
        outputs: what is written.
        views: the views of each slice to average.
        folder: gets the files.
        raise_refused: whether the rule that an input breaks is raised, or is `Written.error`.
    """

    predictor: Predictor
    outputs: Outputs
    views: Views
    folder: Path
    raise_refused: bool

    @property
    def data(self) -> Data:
        """How training volumes were read and became slices."""
        return self.predictor.data

    def read(self, volume: Input) -> Prepared | DataError:
        """Return the volume's slices, or the rule that it breaks."""
        try:
            image = read_image(volume.path, self.data, volume.further)
            slices, geometry = prepare_image(image, self.data)
            phrases = unlike(image, self.data, self.predictor.ranges)
        except DataError as error:
            return error
        return Prepared(image, geometry, slices, tuple(phrases))

    def compute(
        self, networks: Sequence[Network], volume: Input, read: Prepared | DataError
    ) -> Prepared | DataError:
        """Return the class probabilities of the slices, averaged over the networks.

        Raises:
            DataError: the input breaks a rule, with `raise_refused`; or a server fails.
        """
        if isinstance(read, DataError):
            if self.raise_refused:
                raise read
            return read
        probabilities = average_views(networks, read.values, self.views)
        return replace(read, values=probabilities)

    def finish(self, volume: Input, computed: Prepared | DataError) -> Written:
        """Write the volume's files.

        Raises:
            DataError: a file cannot be written.
        """
        if isinstance(computed, DataError):
            return Written(volume, error=computed)
        image, cleaning = computed.image, self.predictor.cleaning
        mask, probabilities = to_native_mask(computed.values, computed.geometry)
        if cleaning:
            mask = cleaning.clean(mask, image.spacing)
        model = self.predictor.name
        self.outputs.write(self.folder, volume, image, mask, probabilities, self.data, model)
        return Written(volume, image.not_finite, unlike=computed.unlike)
