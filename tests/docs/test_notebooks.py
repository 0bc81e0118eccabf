from pathlib import Path

import pytest

from tests.docs.site import DOCS

nbformat = pytest.importorskip("nbformat")
nbclient = pytest.importorskip("nbclient")
pytest.importorskip("ipykernel")
NOTEBOOKS = sorted((DOCS / "notebooks").glob("*.ipynb"))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_kept_with_its_figures_and_is_small(path: Path) -> None:
    outputs = [out for cell in nbformat.read(path, 4).cells for out in cell.get("outputs", ())]
    assert any("image/png" in output.get("data", {}) for output in outputs)
    assert not [out for out in outputs if out.output_type == "error" or out.get("name") == "stderr"]
    assert path.stat().st_size < 400_000


@pytest.mark.slow
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs(path: Path) -> None:
    notebook = nbformat.read(path, 4)
    nbclient.NotebookClient(notebook, timeout=1200, kernel_name="python3").execute()
    (scores,) = [
        output.text
        for cell in notebook.cells
        for output in cell.get("outputs", ())
        if output.output_type == "stream" and "Dice 0" in output.text and "p14" in output.text
    ]
    found = [float(line.rsplit(" ", 1)[1]) for line in scores.splitlines()]
    assert len(found) == 12 and sum(found) / len(found) > 0.4
