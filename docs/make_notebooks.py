"""Execute the notebooks of the documentation, and keep their outputs.

    python docs/make_notebooks.py

What goes to standard error is left out: libraries write what depends on the machine there.
"""

from pathlib import Path

import nbformat
from nbclient import NotebookClient

NOTEBOOKS = Path(__file__).parent / "notebooks"


def main() -> None:
    """Execute each notebook and write it back."""
    for path in sorted(NOTEBOOKS.glob("*.ipynb")):
        notebook = nbformat.read(path, as_version=4)
        NotebookClient(notebook, timeout=1200, kernel_name="python3", record_timing=False).execute()
        for cell in notebook.cells:
            if cell.cell_type == "code":
                cell.outputs = [out for out in cell.outputs if out.get("name") != "stderr"]
        notebook.metadata.language_info = {"name": "python"}  # without the version
        nbformat.write(notebook, path)


if __name__ == "__main__":
    main()
