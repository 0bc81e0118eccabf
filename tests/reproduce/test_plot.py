import dataclasses

import pytest

from dscl_tf.reproduce.plot import dice_plot
from tests.reproduce.entries import ENTRIES


@pytest.mark.parametrize("change", [{"dice": (0.5, 0.65)}, {"paper": 0.6}, {"paper": None}])
def test_the_plot_shows_cells_and_the_papers_numbers(change: dict) -> None:
    drawn = dice_plot(ENTRIES)
    assert drawn.startswith(b"\x89PNG") and drawn == dice_plot(ENTRIES)
    assert drawn != dice_plot([dataclasses.replace(ENTRIES[0], **change), *ENTRIES[1:]])
