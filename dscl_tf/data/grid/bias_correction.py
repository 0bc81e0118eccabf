"""N4 correction of the slowly varying brightness of the receiver coils."""

import contextlib
from collections.abc import Iterator

import numpy as np

from dscl_tf.config import BiasCorrection
from dscl_tf.data.io.volume import Volume
from dscl_tf.errors import DataError, one_line


def correct_bias(volume: Volume, settings: BiasCorrection) -> np.ndarray:
    """Divide an image by its bias field (N4, Tustison et al. 2010).

    The field is fitted where Otsu's threshold finds tissue. With a shrink factor it is fitted to
    every n-th row and column; all slices are used, since they are few. The field's logarithm, a
    B-spline, is then evaluated at full resolution.

    Args:
        volume: of one channel.
        settings: threshold, iterations and shrink factor.

    Returns:
        (X, Y, Z) float32, in the units of the image.

    Raises:
        DataError: N4 fails on this volume.

    >>> from pathlib import Path
    >>> field = np.linspace(1, 2, 32, dtype=np.float32)[:, None, None]
    >>> array = np.zeros((32, 32, 4), np.float32)
    >>> array[4:28, 4:28] = 100 * field[4:28]
    >>> image = Volume(array, np.eye(4), (1, 1, 1), Path("a.nii"))
    >>> corrected = correct_bias(image, BiasCorrection())
    >>> bool(2 * corrected[4:28, 4:28].std() < array[4:28, 4:28].std())  # more even
    True
    """
    import SimpleITK as sitk  # noqa: N813 (takes half a second, and only N4 needs it)

    image = sitk.GetImageFromArray(volume.array.T)  # SimpleITK counts axes in the other order
    image.SetSpacing(volume.spacing)
    tissue = sitk.OtsuThreshold(image, 0, 1, 200)
    factors = [settings.shrink_factor, settings.shrink_factor, 1]
    corrector = sitk.N4BiasFieldCorrectionImageFilter()
    corrector.SetConvergenceThreshold(settings.threshold)
    corrector.SetMaximumNumberOfIterations(list(settings.iterations))
    try:
        corrector.Execute(sitk.Shrink(image, factors), sitk.Shrink(tissue, factors))
        log_field = sitk.GetArrayFromImage(corrector.GetLogBiasFieldAsImage(image)).T
    except RuntimeError as error:
        raise DataError(f"{volume.path}: bias correction failed: {one_line(error)}") from error
    return (volume.array / np.exp(log_field)).astype(np.float32)


@contextlib.contextmanager
def one_thread() -> Iterator[None]:
    """Restrict N4 to one thread, so that parallel processes share the processors.

    The last digits of N4's result depend on the number of threads. With one thread they are the
    same on every machine.
    """
    import SimpleITK as sitk  # noqa: N813

    former = sitk.ProcessObject.GetGlobalDefaultNumberOfThreads()
    sitk.ProcessObject.SetGlobalDefaultNumberOfThreads(1)
    try:
        yield
    finally:
        sitk.ProcessObject.SetGlobalDefaultNumberOfThreads(former)
