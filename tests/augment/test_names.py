from pathlib import Path

import dscl_tf.augment

FOLDER = Path(dscl_tf.augment.__file__).parent
MATRICES = {"crop", "turn"}  # drawn as matrices, and applied by apply/affine.py as these


def names(side: str) -> set[str]:
    return {file.stem for file in (FOLDER / side).glob("*.py")}


def test_what_is_drawn_is_applied_by_a_file_of_the_same_name() -> None:
    assert names("draw") - MATRICES <= names("apply")
