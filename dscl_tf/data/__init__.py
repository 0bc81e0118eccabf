"""From the files of a data set to the batches of a training step. Nothing here imports Keras.

The wings, in the order in which data pass through them:

- `layouts`: which files of a data set are its volumes and masks.
- `io`: reading and writing images and masks (NIfTI, DICOM, PNG).
- `grid`: from a volume in its file to slices on the training grid, and back.
- `store`: the slice store, which holds the prepared slices of all volumes.
- `inspect`: what is in a store, and what looks wrong.
- `samplers`: which slices make a batch.
- `phantom`: a data set made up on the spot, for trying the package and for its tests.
"""

__all__ = ["grid", "inspect", "io", "layouts", "phantom", "samplers", "store"]
