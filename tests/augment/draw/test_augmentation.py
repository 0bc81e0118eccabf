import subprocess
import sys

import numpy as np

from dscl_tf.augment import draw_augmentation
from dscl_tf.augment.draw.crop import draw_crop
from dscl_tf.config import Affine, Augmentation, ColourJitter, Elastic, Intensity

EVERYTHING = Augmentation(
    crop=(0.5, 0.5), affine=Affine(), elastic=Elastic(), intensity=Intensity()
)


def draw(settings: Augmentation, seed: int = 0, count: int = 6) -> dict[str, np.ndarray]:
    return draw_augmentation(np.random.default_rng(seed), count, 32, 48, settings)


def test_only_what_is_switched_on_is_drawn():
    assert draw(Augmentation()) == {}
    assert set(draw(Augmentation(crop=(0.5, 0.5)))) == {"matrix"}
    assert set(draw(Augmentation(affine=Affine()))) == {"matrix"}
    assert set(draw(Augmentation(elastic=Elastic()))) == {"elastic"}
    assert set(draw(Augmentation(intensity=Intensity()))) == {"brightness", "contrast"}
    assert set(draw(Augmentation(colour=ColourJitter()))) == {"colour"}


def test_shapes_and_dtype():
    draws = draw(EVERYTHING)
    shapes = {name: array.shape for name, array in draws.items()}
    assert shapes == {
        "matrix": (6, 2, 3),
        "elastic": (6, 3, 3, 2),
        "brightness": (6,),
        "contrast": (6,),
    }
    assert {array.dtype.name for array in draws.values()} == {"float32"}


def test_draws_are_a_pure_function_of_the_seed():
    first, again, other = draw(EVERYTHING), draw(EVERYTHING), draw(EVERYTHING, seed=1)
    for name, array in first.items():
        np.testing.assert_array_equal(again[name], array)
        assert not np.array_equal(other[name], array)


def test_images_differ():
    for array in draw(EVERYTHING.model_copy(update={"elastic": Elastic(probability=1)})).values():
        assert len(np.unique(array, axis=0)) == len(array)


def test_crop_and_affine_become_one_matrix():
    flip = Affine(choices=("flip",))
    matrix = draw(Augmentation(crop=(0.5, 0.5), affine=flip), count=1)["matrix"]
    rng = np.random.default_rng(0)
    draw_augmentation(rng, 1, 32, 48, Augmentation(affine=flip))
    row, column = draw_crop(rng, 1, 32, 48, (0.5, 0.5))[0, :, 2]
    np.testing.assert_allclose(matrix[0], [[0.5, 0, row], [0, -0.5, 47 - column]], rtol=1e-6)


def test_drawing_does_not_import_keras():
    program = (
        "import sys; from dscl_tf.augment.draw.augmentation import draw_augmentation; "
        "from dscl_tf.augment import draw_mixup; assert 'keras' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
