"""Write the figures of the documentation, from the phantom.

    dscl-tf demo
    python docs/make_figures.py --runs runs/demo-TIME

takes the trained networks of a demo. `--pretrained` and `--finetuned` name other runs.
"""

import argparse
import shutil
import tempfile
from pathlib import Path

from pictures.method import pairs, partitions, regions
from pictures.overview import overview
from pictures.phantom import draw_patients

import dscl_tf
from dscl_tf.figures import to_png

FIGURES = Path(__file__).parent / "figures"


def main() -> None:
    """Draw and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=Path, default=Path("runs"), help="The folder of a demo.")
    parser.add_argument("--pretrained", type=Path, help="A run of pretrain global.")
    parser.add_argument("--finetuned", type=Path, help="A run of finetune.")
    options = parser.parse_args()
    pretrained = options.pretrained or options.runs / "pretrain_global"
    segmenter = dscl_tf.load_segmenter(options.finetuned or options.runs / "finetune")
    FIGURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        patients = draw_patients(Path(folder))
        figures = {
            "overview": overview(patients, segmenter),
            "partitions": partitions(patients),
            "pairs": pairs(),
            "regions": regions(patients),
        }
    for name, figure in figures.items():
        (FIGURES / f"{name}.png").write_bytes(to_png(figure))
    embeddings = pretrained / "figures" / "slice_embeddings.png"
    shutil.copyfile(embeddings, FIGURES / embeddings.name)


if __name__ == "__main__":
    main()
