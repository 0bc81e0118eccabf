"""Where a prediction is wrong, and in which colours reports show it."""

import numpy as np
from matplotlib.colors import to_rgb

# Told apart with any colour vision, and not among the first colours of classes.
MISTAKES = {"missed": "#FF3B30", "invented": "#3D6DFF", "another class": "#FFE600"}


def mistakes(prediction: np.ndarray, reference: np.ndarray) -> dict[str, np.ndarray]:
    """Return where each of `MISTAKES` was made, bool arrays of the masks' shape.

    "missed": of a class in the reference, background in the prediction; "invented": the other way
    round; "another class": of different classes in the two.

    >>> found = mistakes(np.array([0, 1, 2, 1]), np.array([1, 0, 1, 1]))
    >>> {kind: where.astype(int).tolist() for kind, where in found.items()}
    {'missed': [1, 0, 0, 0], 'invented': [0, 1, 0, 0], 'another class': [0, 0, 1, 0]}
    """
    predicted, real = prediction > 0, reference > 0
    return {
        "missed": real & ~predicted,
        "invented": predicted & ~real,
        "another class": predicted & real & (prediction != reference),
    }


def painted(
    picture: np.ndarray, prediction: np.ndarray, reference: np.ndarray, share: float = 0.75
) -> np.ndarray:
    """Return a grey picture whose mistakes are coloured and whose right pixels are lighter.

    Args:
        picture: (rows, columns) in [0, 1].
        prediction: (rows, columns) labels.
        reference: (rows, columns) labels.
        share: of the colour; the rest is the picture.

    Returns:
        (rows, columns, 3) in [0, 1].
    """
    shown = np.repeat(picture[..., None], 3, axis=-1)
    right = (prediction > 0) & (prediction == reference)
    shown[right] = 0.7 * shown[right] + 0.3
    for kind, where in mistakes(prediction, reference).items():
        shown[where] = (1 - share) * shown[where] + share * np.array(to_rgb(MISTAKES[kind]))
    return shown
