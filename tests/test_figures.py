import io
import subprocess
import sys

from matplotlib.figure import Figure
from matplotlib.image import imread

from dscl_tf.figures import to_png


def test_size_and_background_are_the_figures_own() -> None:
    figure = Figure(figsize=(3, 2), dpi=50, facecolor="black")
    picture = imread(io.BytesIO(to_png(figure)))
    assert picture.shape[:2] == (100, 150)
    assert picture[..., :3].max() == 0
    assert to_png(figure) == to_png(figure)


def test_importing_it_leaves_matplotlib_alone() -> None:
    code = "import sys, dscl_tf.figures; assert 'matplotlib' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_dollar_signs_begin_no_formula() -> None:
    figure = Figure(figsize=(2, 2), dpi=50, layout="constrained")
    axes = figure.subplots()
    axes.plot([0, 1], label="$x_{$")
    axes.set_yticks([0, 1], ["$a", r"$\frac{$"])
    axes.set_title("a$b_$")
    axes.legend(title="$^$")
    assert to_png(figure)[:4] == b"\x89PNG"
