"""What a store's index says of one volume."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

from pydantic import AfterValidator, ConfigDict, Field

from dscl_tf.config.section import Count, Whole
from dscl_tf.data.grid import Geometry, LabelCount
from dscl_tf.readers import FINITE
from dscl_tf.text import one_form


@dataclass(frozen=True)
class VolumeEntry:
    """One volume of a store.

    `read_json` checks the types of the fields, and leaves out others, as of later versions.

    Attributes:
        id: the data set's own id.
        first_slice: index of its first slice in the store's arrays.
        depth: number of slices.
        labelled: whether it has a mask.
        geometry: maps its slices back to the file's voxels.
        source: absolute path of the image file, or of a file of its DICOM series.
        sha256: of the image file, or of the files of its series in order.
        mask_source: absolute path of the mask file, or None.
        mask_sha256: of the mask file, or None.
        intensity_range: the intensities that became 0 and 1, of several channels in the first.
        oriented: whether the header says how the axes lie in the body. Where it does not, the
            axes are taken as stored.
        label_counts: the labelled voxels of its mask by class, in the file and in the window of
            the training grid; None where they were not counted, as in a store of version 0.1.
        not_finite: number of NaN or infinite voxels that were taken as background; None where it
            was not counted.
        checksum: CRC-32 of its slices as they are stored, see `checksum`; None in a store of an
            earlier format.
        further_sources: absolute paths of the image files of the channels after the first, where
            each has its own; `sha256` is then that of `image_digest`.
        further_ranges: the intensities that became 0 and 1 in the channels after the first.

    The slices of one volume of an open store::

        entry = store.volumes["001"]
        images = store.images[entry.slices.start : entry.slices.stop]
    """

    __pydantic_config__: ClassVar[ConfigDict] = FINITE

    id: Annotated[str, Field(min_length=1), AfterValidator(one_form)]
    first_slice: Whole
    depth: Count
    labelled: bool
    geometry: Geometry
    source: str
    sha256: str
    mask_source: str | None
    mask_sha256: str | None
    intensity_range: tuple[float, float]
    oriented: bool
    label_counts: tuple[LabelCount, ...] | None = None
    not_finite: Whole | None = None
    checksum: Whole | None = None
    further_sources: tuple[str, ...] = ()
    further_ranges: tuple[tuple[float, float], ...] = ()

    @property
    def slices(self) -> range:
        """Indices of the volume's slices in the store's arrays."""
        return range(self.first_slice, self.first_slice + self.depth)
