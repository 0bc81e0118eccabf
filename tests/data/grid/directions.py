"""The ways a volume may lie in the scanner and in its file."""

from itertools import permutations, product

import numpy as np
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

# All directions of the axes of a file, such as "LPS".
CODES = ["".join(code) for axes in permutations(("LR", "PA", "SI")) for code in product(*axes)]


def turn(vector):
    """The (4, 4) rotation about a vector of degrees."""
    matrix = np.eye(4)
    matrix[:3, :3] = Rotation.from_rotvec(vector, degrees=True).as_matrix()
    return matrix


def within(degrees):
    """Rotations by at most so many degrees, about any axis."""
    axis = st.tuples(*[st.floats(-1, 1)] * 3).filter(lambda axis: np.linalg.norm(axis) > 0.1)
    return st.builds(
        lambda axis, angle: turn(angle * np.array(axis) / np.linalg.norm(axis)),
        axis,
        st.floats(0, degrees),
    )


ANYWHERE = within(180)
