from pathlib import Path

import dscl_tf.augment

FOLDER = Path(dscl_tf.augment.__file__).parent
# Drawn as matrices or parts of one (draw/wide.py), and applied by apply/affine.py.
MATRICES = {"crop", "turn", "scale", "stretch", "rotation", "shift"}
HELPERS = {"chance"}


def names(side: str) -> set[str]:
    return {file.stem for file in (FOLDER / side).glob("*.py")}


def test_what_is_drawn_is_applied_by_a_file_of_the_same_name() -> None:
    assert names("draw") - MATRICES - HELPERS <= names("apply")
