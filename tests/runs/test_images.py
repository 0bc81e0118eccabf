from pathlib import Path

from matplotlib.figure import Figure
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from dscl_tf.figures import to_png
from dscl_tf.runs.images import write_images


def test_tensorboard_reads_the_images(tmp_path: Path) -> None:
    png = to_png(Figure(figsize=(2, 1), dpi=50))
    write_images(tmp_path, {"region_similarity": png, "validation/001": png}, step=300)
    found = EventAccumulator(str(tmp_path))
    found.Reload()
    assert found.Tags()["images"] == ["region_similarity", "validation/001"]
    (image,) = found.Images("validation/001")
    assert (image.step, image.width, image.height) == (300, 100, 50)
    assert image.encoded_image_string == png


def test_stages_leave_their_figures_to_tensorboard(trained: Path) -> None:
    for stage, name in (("pretrain_local", "region_similarity"), ("finetune", "validation/004")):
        found = EventAccumulator(str(trained / stage / "tensorboard"))
        found.Reload()
        assert name in found.Tags()["images"]
        assert found.Images(name)[0].step == 5
