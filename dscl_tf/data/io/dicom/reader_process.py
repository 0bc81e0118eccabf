"""The process in which GDCM reads files, one request after another, until its input ends.

`gdcm.py` runs this file by its path. It imports nothing of the package, so that it starts fast.

A request is a line of JSON: {"path": ..., "tags": {name: tag}} for a header, {"path": ...} for
pixels. The answer is a line of JSON, {"values": {name: text}}, {"shape": [rows, columns]} or
{"error": text}; pixels follow theirs as bytes of float32.
"""

import json
import os
import signal
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

if sys.path and Path(sys.path[0]).absolute() == Path(__file__).absolute().parent:
    del sys.path[0]  # Python puts the script's folder there; its files are no modules of their own

import numpy as np


def read_header(path: str, tags: Mapping[str, str]) -> dict[str, str]:
    """Return what there is of `tags` in a file's header, by name."""
    import SimpleITK as sitk  # noqa: N813 (takes half a second)

    reader = sitk.ImageFileReader()
    reader.SetImageIO("GDCMImageIO")
    reader.SetFileName(path)
    reader.ReadImageInformation()
    return {
        name: reader.GetMetaData(tag) for name, tag in tags.items() if reader.HasMetaDataKey(tag)
    }


def read_pixels(path: str) -> np.ndarray:
    """Return the first frame (rows, columns) float32 of a file."""
    import SimpleITK as sitk  # noqa: N813

    return sitk.GetArrayFromImage(sitk.ReadImage(path, sitk.sitkFloat32, "GDCMImageIO"))[0]


def answer(request: Mapping[str, Any]) -> tuple[dict[str, Any], bytes]:
    """Return the answer to a request, and the bytes that follow it."""
    try:
        if "tags" in request:
            return {"values": read_header(request["path"], request["tags"])}, b""
        pixels = read_pixels(request["path"])
        return {"shape": pixels.shape}, np.ascontiguousarray(pixels, "<f4").tobytes()
    except (RuntimeError, MemoryError) as error:
        return {"error": str(error)[:1000]}, b""


def main() -> None:
    """Serve requests."""
    import SimpleITK  # noqa: F401 (before the first answer says that all is there)

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the end of its input ends this process
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # the decoders below GDCM print, and their words are no answers
    answers.write(b"{}\n")
    answers.flush()
    for line in sys.stdin.buffer:
        head, body = answer(json.loads(line))
        answers.write(json.dumps(head).encode() + b"\n")
        answers.write(body)
        answers.flush()


if __name__ == "__main__":
    main()
