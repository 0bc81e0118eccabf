"""Small DICOM series for tests."""

from pathlib import Path

import numpy as np
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian, MRImageStorage, generate_uid

AXIAL = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0)


def oblique():
    """Directions of a row and of a column that no axis of the body shares."""
    a, b = np.radians(20), np.radians(35)
    turn_x = np.array([[1, 0, 0], [0, np.cos(a), -np.sin(a)], [0, np.sin(a), np.cos(a)]])
    turn_z = np.array([[np.cos(b), -np.sin(b), 0], [np.sin(b), np.cos(b), 0], [0, 0, 1]])
    turn = turn_z @ turn_x
    return (*turn[:, 0], *turn[:, 1])


def slice_of(pixels, position, directions=AXIAL, spacing=(1.5, 2.0), **entries):
    """A slice: pixels (rows, columns), `spacing` from row to row and from column to column."""
    one = Dataset()
    one.file_meta = FileMetaDataset()
    one.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    one.SOPClassUID, one.SOPInstanceUID = MRImageStorage, generate_uid()
    one.StudyInstanceUID, one.SeriesInstanceUID, one.FrameOfReferenceUID = "1.2", "1.2.3", "1.2.9"
    one.Modality, one.SeriesNumber, one.SeriesDescription = "MR", 3, "t2_tse"
    one.PatientID = one.PatientName = one.PatientBirthDate = one.PatientSex = ""
    one.StudyDate = one.StudyTime = one.StudyID = one.AccessionNumber = ""
    one.ReferringPhysicianName = ""
    one.ImagePositionPatient = [f"{value:.10g}" for value in position]
    one.ImageOrientationPatient = [f"{value:.10g}" for value in directions]
    one.PixelSpacing, one.SliceThickness = list(spacing), 4
    one.Rows, one.Columns = pixels.shape
    one.SamplesPerPixel, one.PhotometricInterpretation = 1, "MONOCHROME2"
    one.BitsAllocated, one.BitsStored, one.HighBit, one.PixelRepresentation = 16, 16, 15, 0
    one.PixelData = pixels.astype("<u2").tobytes()
    for name, value in entries.items():
        if value is None:
            delattr(one, name)
        else:
            setattr(one, name, value)
    return one


def slices_of(array, directions=AXIAL, thickness=4.0, **entries):
    """The slices of an array (columns, rows, slices), first to last."""
    normal = np.cross(directions[:3], directions[3:])
    start = np.array([-30.0, 12.5, 7.0])
    return [
        slice_of(array[:, :, k].T, start + k * thickness * normal, directions, **entries)
        for k in range(array.shape[2])
    ]


def save_slices(folder: Path, slices, names=None) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    names = names or [f"{index:03d}.dcm" for index in range(len(slices))]
    for name, one in zip(names, slices, strict=True):
        one.save_as(folder / name, enforce_file_format=True)
    return folder


def save_series(folder: Path, array, **settings) -> Path:
    """Write an array (columns, rows, slices) as a series."""
    return save_slices(folder, slices_of(array, **settings))
