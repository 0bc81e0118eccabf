"""The files that `predict_files` writes for each volume."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from dscl_tf.config import Data
from dscl_tf.data.io.dicom import is_series
from dscl_tf.data.io.dicom.segmentation import require_highdicom, write_segmentation
from dscl_tf.data.io.endings import stem
from dscl_tf.data.io.volume import Volume
from dscl_tf.errors import DataError, UsageError
from dscl_tf.evaluation.inputs import Input
from dscl_tf.evaluation.label_values import original_values, with_values
from dscl_tf.evaluation.masks import (
    probability_paths,
    uncertainty_path,
    write_prediction,
    write_probabilities,
)
from dscl_tf.evaluation.uncertainty import normalised_entropy
from dscl_tf.names import broken_name, path_in


@dataclass(frozen=True)
class Outputs:
    """What is written for each volume.

    Attributes:
        uncertainty: also the `normalised_entropy`, at the `uncertainty_path` of each mask.
        probabilities: also the class probabilities, at the `probability_paths` of each mask.
        dicom_seg: also the mask as DICOM SEG, its name ending in .dcm; all inputs must be DICOM.
        original_labels: masks hold the values of `data.labels`, not the class numbers.
        suffix: what the names of masks have before their ending.

    Raises:
        UsageError: the suffix cannot be part of a name.

    >>> data = Data(classes={1: "heart"}, spacing=(1, 1), grid=(8, 8))
    >>> Outputs(uncertainty=True, suffix="_seg").names(Input("a.nii.gz", Path("a.nii.gz")), data)
    ['a_seg.nii.gz', 'a_seg_uncertainty.nii.gz']
    """

    uncertainty: bool = False
    probabilities: bool = False
    dicom_seg: bool = False
    original_labels: bool = False
    suffix: str = ""

    def __post_init__(self) -> None:
        if broken_name(f"a{self.suffix}"):
            raise UsageError(
                "`suffix`: must be part of a file's name, without separators or control "
                f"characters, got {self.suffix!r}"
            )

    def mask_name(self, volume: Input) -> str:
        """Return the name of a volume's mask."""
        own = stem(volume.mask_name)
        return f"{own}{self.suffix}{volume.mask_name[len(own) :]}"

    def masks(self, volume: Input) -> list[str]:
        """Return the names of a volume's mask and of its DICOM SEG."""
        name = self.mask_name(volume)
        return [name, f"{stem(name)}.dcm"] if self.dicom_seg else [name]

    def maps(self, volume: Input, data: Data) -> dict[str, list[str]]:
        """Return the names of a volume's maps by kind, "uncertainty" and "probabilities"."""
        mask = Path(self.mask_name(volume))
        maps: dict[str, list[str]] = {}
        if self.uncertainty:
            maps["uncertainty"] = [uncertainty_path(mask).name]
        if self.probabilities:
            paths = probability_paths(mask, data.class_count)
            maps["probabilities"] = [path.name for path in paths]
        return maps

    def names(self, volume: Input, data: Data) -> list[str]:
        """Return the names of all files of a volume, its mask first."""
        maps = self.maps(volume, data).values()
        return [*self.masks(volume), *(name for names in maps for name in names)]

    def values(self, data: Data) -> dict[int, int]:
        """Return class number to its value in the masks."""
        if self.original_labels:
            return original_values(data)
        return {number: number for number in data.classes}

    def check_inputs(self, volumes: Sequence[Input]) -> None:
        """Check that all inputs can be written as asked for.

        Raises:
            UsageError: `dicom_seg` without highdicom, or with a file.
        """
        if not self.dicom_seg:
            return
        require_highdicom()
        if files := [one.path for one in volumes if not is_series(one.path)]:
            raise UsageError(f"`dicom_seg`: needs folders of DICOM series, got {files[0]}")

    def check_names(self, volumes: Sequence[Input], data: Data) -> None:
        """Check that each volume is written to files of its own.

        Raises:
            DataError: two files would have one name.
        """
        masks = {name for volume in volumes for name in self.masks(volume)}
        for volume in volumes:
            for kind, names in self.maps(volume, data).items():
                if taken := sorted(masks.intersection(names)):
                    what = "uncertainty map" if kind == "uncertainty" else "class probabilities"
                    raise DataError(f"{taken[0]}: is a mask's name and that of another's {what}")

    def write(
        self,
        folder: Path,
        volume: Input,
        image: Volume,
        mask: np.ndarray,
        probabilities: np.ndarray,
        data: Data,
        model: str,
    ) -> None:
        """Write the files of a volume, its mask last.

        Args:
            folder: gets the files.
            volume: what was predicted.
            image: as it stands in its file.
            mask: (X, Y, Z) uint8 class numbers.
            probabilities: (X, Y, Z, classes) float32.
            data: names the classes.
            model: what made the mask, for DICOM SEG.

        Raises:
            DataError: a file cannot be written.
        """
        names = self.masks(volume)
        path = path_in(folder, names[0])
        if self.probabilities:
            write_probabilities(path, probabilities, image)
        if self.dicom_seg:
            target = path_in(folder, names[1])
            write_segmentation(target, mask, volume.path, data.classes, model)
        doubt = normalised_entropy(probabilities) if self.uncertainty else None
        values = with_values(mask, self.values(data)) if self.original_labels else mask
        write_prediction(path, values, image, doubt)

    def to_dict(self) -> dict[str, Any]:
        """Return the attributes as JSON values."""
        return asdict(self)
