"""A mask as a DICOM segmentation of its series (SEG), written by highdicom."""

import logging
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

import dscl_tf
from dscl_tf.data.io.dicom.file import Header
from dscl_tf.data.io.dicom.series import series_of
from dscl_tf.errors import DataError, UsageError, one_line
from dscl_tf.files import atomic_write

SCHEME = "99DSCL"  # a private coding scheme: the configuration names classes in words
LONGEST = 64  # characters of a code's meaning and of a segment's label


def require_highdicom() -> None:
    """Check that highdicom is there.

    Raises:
        UsageError: it is not.
    """
    try:
        import highdicom  # noqa: F401
    except ImportError as error:
        raise UsageError(
            'DICOM SEG needs highdicom, which is not installed: pip install "dscl-tf[dicom-seg]"'
        ) from error


def write_segmentation(
    path: str | Path, mask: np.ndarray, series: str | Path, classes: Mapping[int, str], model: str
) -> None:
    """Write a mask as a binary DICOM SEG with one segment per class.

    The segment's number is the label, its label the class's name. A segment without a voxel is
    described all the same.

    Args:
        path: the output, .dcm; it appears whole or not at all.
        mask: (X, Y, Z) uint8, as `read_series` orders the axes.
        series: the series that was segmented, as `series_of` takes it.
        classes: label value to name, without the background 0.
        model: what made the mask; at most 64 characters are kept.

    Raises:
        DataError: the series lacks an entry that the standard wants, or the output cannot be
            written.

    >>> import shutil
    >>> import tempfile
    >>> import pydicom
    >>> from pydicom.data import get_testdata_file  # a slice that comes with pydicom
    >>> mask = np.ones((128, 128, 1), np.uint8)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     series = shutil.copy(get_testdata_file("CT_small.dcm"), folder)
    ...     write_segmentation(f"{folder}/seg.dcm", mask, series, {1: "heart"}, "U-Net")
    ...     pydicom.dcmread(f"{folder}/seg.dcm").SegmentSequence[0].SegmentLabel
    'heart'
    """
    slices = series_of(series).placement().slices
    segments = _describe_segments(classes, model[:LONGEST])
    logging.getLogger("highdicom").setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            segmentation = _make_segmentation(slices, mask, segments, model[:LONGEST])
    except (AttributeError, KeyError, RecursionError, TypeError, ValueError) as error:
        raise DataError(
            f"{slices[0].path.parent}: cannot be referred to by a DICOM SEG: {one_line(error)}"
        ) from error
    with atomic_write(path) as file:
        segmentation.save_as(file)


def _describe_segments(classes: Mapping[int, str], model: str) -> list[Any]:
    """Return highdicom's description of each class, made by the algorithm `model`."""
    from highdicom import AlgorithmIdentificationSequence
    from highdicom.seg import SegmentAlgorithmTypeValues, SegmentDescription
    from pydicom.sr.coding import Code

    algorithm = AlgorithmIdentificationSequence(
        name=model,
        family=Code("123110", "DCM", "Artificial Intelligence"),
        version=dscl_tf.__version__,
    )
    return [
        SegmentDescription(
            segment_number=label,
            segment_label=name[:LONGEST],
            segmented_property_category=Code("91723000", "SCT", "Anatomical structure"),
            segmented_property_type=Code(f"class-{label}", SCHEME, name[:LONGEST]),
            algorithm_type=SegmentAlgorithmTypeValues.AUTOMATIC,
            algorithm_identification=algorithm,
        )
        for label, name in sorted(classes.items())
    ]


def _make_segmentation(
    slices: Sequence[Header], mask: np.ndarray, segments: list[Any], model: str
) -> Any:
    """Return highdicom's segmentation of the source images `slices`."""
    import highdicom
    import pydicom

    return highdicom.seg.Segmentation(
        source_images=[pydicom.dcmread(header.path) for header in slices],
        pixel_array=np.ascontiguousarray(mask.T),  # (slices, rows, columns)
        segmentation_type=highdicom.seg.SegmentationTypeValues.BINARY,
        segment_descriptions=segments,
        series_instance_uid=highdicom.UID(),
        series_number=1000,
        sop_instance_uid=highdicom.UID(),
        instance_number=1,
        series_description="dscl-tf segmentation",
        manufacturer="dscl-tf",
        manufacturer_model_name=model,
        software_versions=dscl_tf.__version__,
        device_serial_number="none",
    )
