"""Pictures for TensorBoard, beside the scalars of the training curve."""

import struct
import time
from collections.abc import Mapping
from pathlib import Path


def write_images(directory: Path, images: Mapping[str, bytes], step: int) -> None:
    """Write PNGs where TensorBoard finds them, in an event file of their own.

    Args:
        directory: of TensorBoard's files.
        images: PNGs by the name to show.
        step: the steps done when they were made.

    >>> import tempfile
    >>> from matplotlib.figure import Figure
    >>> from dscl_tf.figures import to_png
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_images(Path(folder), {"empty": to_png(Figure())}, step=100)
    ...     len(list(Path(folder).iterdir()))
    1
    """
    if not images:
        return
    from tensorboard.compat.proto.event_pb2 import Event
    from tensorboard.compat.proto.summary_pb2 import Summary
    from tensorboard.summary.writer.event_file_writer import EventFileWriter

    writer = EventFileWriter(str(directory), filename_suffix=".images")
    for name, png in images.items():
        width, height = struct.unpack(">II", png[16:24])  # of the PNG's header
        image = Summary.Image(encoded_image_string=png, width=width, height=height, colorspace=4)
        value = Summary.Value(tag=name, image=image)
        summary = Summary(value=[value])
        writer.add_event(Event(wall_time=time.time(), step=step, summary=summary))
    writer.close()
