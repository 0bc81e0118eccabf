"""PNG pictures: colour images and label masks in, masks out. They are volumes of one slice."""

from pathlib import Path

import numpy as np
from PIL import Image

from dscl_tf.data.io.volume import Volume
from dscl_tf.errors import DataError, one_line
from dscl_tf.files import atomic_write, check_is_file

COLOUR, LABELS = ("RGB",), ("L", "P")  # Pillow's modes, all 8-bit; P holds palette indices


def read_picture(path: str | Path) -> Volume:
    """Read a colour picture; its unit of length is the pixel.

    Returns:
        an array (H, W, 1, 3) float32 of values in [0, 255].

    Raises:
        DataError: the file is missing, unreadable, truncated, or not 8-bit RGB.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "street.png")
    ...     Image.new("RGB", (4, 2), "white").save(path)
    ...     picture = read_picture(path)
    >>> picture.array.shape, float(picture.array.max())  # rows first
    ((2, 4, 1, 3), 255.0)
    """
    path = Path(path)
    pixels = _read(path, COLOUR, "8-bit RGB")
    array = pixels[:, :, None].astype(np.float32)  # (H, W, 1, 3)
    return Volume(array, np.eye(4), (1.0, 1.0, 1.0), path, oriented=False)


def read_picture_shape(path: str | Path) -> tuple[int, int, int]:
    """Read the shape (H, W, 1) of a colour picture from its header alone.

    Raises:
        DataError: the file is missing, unreadable, or not 8-bit RGB.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "street.png")
    ...     Image.new("RGB", (4, 2), "white").save(path)
    ...     read_picture_shape(path)
    (2, 4, 1)
    """
    with _open(Path(path), COLOUR, "8-bit RGB") as image:
        return image.height, image.width, 1


def read_picture_labels(path: str | Path, image: Volume) -> np.ndarray:
    """Read the values (H, W, 1) uint8 of the mask of `image`.

    Raises:
        DataError: the file cannot be read as `read_picture` says, has more than one 8-bit channel,
            or another size than the image.

    >>> import tempfile
    >>> image = Volume(np.zeros((1, 2, 1, 3)), np.eye(4), (1, 1, 1), Path("street.png"))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_picture_mask(Path(folder, "mask.png"), np.array([[[0], [7]]], np.uint8))
    ...     read_picture_labels(Path(folder, "mask.png"), image)[..., 0]
    array([[0, 7]], dtype=uint8)
    """
    path = Path(path)
    values = _read(path, LABELS, "a mask of one 8-bit channel")[..., None]
    if values.shape != image.array.shape[:3]:
        raise DataError(
            f"{path}: must have the size of {image.path.name}, {image.array.shape[:2]}, "
            f"got {values.shape[:2]}"
        )
    return values


def write_picture_mask(path: str | Path, mask: np.ndarray) -> None:
    """Write a mask (H, W, 1) uint8 as an 8-bit PNG whose grey values are class numbers.

    Raises:
        DataError: the disk is full or read-only.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_picture_mask(Path(folder, "mask.png"), np.array([[[0], [7]]], np.uint8))
    ...     np.asarray(Image.open(Path(folder, "mask.png")))
    array([[0, 7]], dtype=uint8)
    """
    with atomic_write(path) as file:
        Image.fromarray(mask[..., 0]).save(file, format="PNG")


def write_picture_map(path: str | Path, values: np.ndarray) -> None:
    """Write a map (H, W, 1) of values in [0, 1] as a 16-bit PNG, in which 65535 stands for 1.

    Raises:
        DataError: the disk is full or read-only.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_picture_map(Path(folder, "map.png"), np.array([[[0.0], [1.0]]]))
    ...     np.asarray(Image.open(Path(folder, "map.png"))).tolist()
    [[0, 65535]]
    """
    levels = np.round(values[..., 0] * 65535).astype(np.uint16)
    with atomic_write(path) as file:
        Image.fromarray(levels).save(file, format="PNG")


def _read(path: Path, modes: tuple[str, ...], wanted: str) -> np.ndarray:
    with _open(path, modes, wanted) as image:
        try:
            return np.asarray(image)
        except Exception as error:  # Pillow passes on whatever its decoders raise
            raise DataError(f"{path}: cannot be read as PNG: {one_line(error)}") from error


def _open(path: Path, modes: tuple[str, ...], wanted: str) -> Image.Image:
    check_is_file(path, "a PNG file")
    try:
        image = Image.open(path, formats=["PNG"])
    except Exception as error:  # as in _read
        raise DataError(f"{path}: cannot be read as PNG: {one_line(error)}") from error
    if image.mode not in modes:
        image.close()
        raise DataError(f"{path}: must be {wanted}, got Pillow's mode {image.mode}")
    return image
