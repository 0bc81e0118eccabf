"""Seconds of N4 bias correction for a volume: `data prepare`'s against SimpleITK called directly.

    python benchmarks/n4_time.py VOLUME.nii.gz --shrink 1 --rounds 3

In turns. Prints the ratio, which is 1 where the package adds nothing; the results must be equal.
"""

import argparse
import statistics
import time
from pathlib import Path

import numpy as np
import SimpleITK as sitk  # noqa: N813


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("volume", type=Path)
    parser.add_argument("--shrink", type=int, default=4)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    from dscl_tf.config import BiasCorrection
    from dscl_tf.data.grid.bias_correction import correct_bias
    from dscl_tf.data.io.nifti.image import read_image

    volume, settings = read_image(options.volume), BiasCorrection(shrink_factor=options.shrink)
    ours, theirs = [], []
    for _ in range(options.rounds):
        began = time.perf_counter()
        corrected = correct_bias(volume, settings)
        ours.append(time.perf_counter() - began)
        began = time.perf_counter()
        expected = correct_directly(options.volume, options.shrink)
        theirs.append(time.perf_counter() - began)
    np.testing.assert_allclose(corrected, expected, rtol=1e-3)
    ratios = [a / b for a, b in zip(ours, theirs, strict=True)]
    print(
        f"dscl-tf {statistics.median(ours):.2f} s, SimpleITK {statistics.median(theirs):.2f} s, "
        f"ratio {statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})"
    )


def correct_directly(path: Path, shrink: int) -> np.ndarray:
    """Correct as SimpleITK's own example does, with the paper's parameters."""
    image = sitk.ReadImage(str(path), sitk.sitkFloat32)
    tissue = sitk.OtsuThreshold(image, 0, 1, 200)
    factors = [shrink, shrink, 1]
    corrector = sitk.N4BiasFieldCorrectionImageFilter()
    corrector.SetConvergenceThreshold(0.001)
    corrector.SetMaximumNumberOfIterations([50, 50, 50, 50])
    corrector.Execute(sitk.Shrink(image, factors), sitk.Shrink(tissue, factors))
    field = sitk.Exp(corrector.GetLogBiasFieldAsImage(image))
    return sitk.GetArrayFromImage(image / sitk.Cast(field, sitk.sitkFloat32)).T


if __name__ == "__main__":
    main()
