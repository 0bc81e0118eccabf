"""DICOM series: one file per slice, read by GDCM through SimpleITK."""
