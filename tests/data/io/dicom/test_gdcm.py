"""A file that ends the process of GDCM is an error of that file, and of no other."""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

from dscl_tf.data.io.dicom import gdcm
from dscl_tf.data.io.dicom.file import read_header, read_pixels
from dscl_tf.errors import DataError
from tests.data.io.dicom.files import save_slices, slice_of

PIXELS = np.arange(20).reshape(4, 5)
START = b"\x08\x00\x40\x11SQ\0\0\xff\xff\xff\xff\xfe\xff\x00\xe0\xff\xff\xff\xff"
END = b"\xfe\xff\x0d\xe0\0\0\0\0\xfe\xff\xdd\xe0\0\0\0\0"


@pytest.fixture
def path(tmp_path):
    return save_slices(tmp_path, [slice_of(PIXELS, (0, 0, 0))]) / "000.dcm"


def nested(path, depth):
    content = path.read_bytes()
    place = content.index(b"\x10\x00\x10\x00")  # PatientName, which comes next
    path.write_bytes(content[:place] + START * depth + END * depth + content[place:])


def test_a_few_nested_sequences_are_read(path):
    nested(path, 10)
    np.testing.assert_array_equal(read_pixels(read_header(path)), PIXELS)


def test_a_file_that_kills_gdcm_is_one_error_and_the_next_is_read(path, tmp_path):
    good = save_slices(tmp_path, [slice_of(PIXELS, (0, 0, 0))], ["good.dcm"]) / "good.dcm"
    nested(path, 100_000)
    with pytest.raises(DataError, match=rf"^{path}: must be a DICOM .*\(SIG\w+\)$"):
        read_header(path)
    np.testing.assert_array_equal(read_pixels(read_header(good)), PIXELS)


@pytest.mark.parametrize("answer", ["", "sys.stdout.write('{\"shape\": [4, 5]}\\n123')"])
def test_a_process_that_ends_in_the_middle_of_its_answer(path, tmp_path, monkeypatch, answer):
    program = tmp_path / "program.py"
    program.write_text(f"import sys\nprint('{{}}', flush=True)\ninput()\n{answer}\n")
    monkeypatch.setattr(gdcm, "PROGRAM", program)
    reader = gdcm.ReaderProcess()
    with pytest.raises(DataError, match=r"got one that ended it \(exit status 0\)$"):
        reader.pixels(path)


@pytest.mark.parametrize("answer", ["", "print('{\"shape\": [4, 5]}', flush=True)"])
def test_a_file_that_is_not_read_in_time_is_one_error_and_the_next_is_read(
    path, tmp_path, monkeypatch, answer
):
    program, real = tmp_path / "program.py", gdcm.PROGRAM
    text = f"import sys\nprint('{{}}', flush=True)\ninput()\n{answer}\nsys.stdin.read()\n"
    program.write_text(text)
    monkeypatch.setattr(gdcm, "PROGRAM", program)
    monkeypatch.setattr(gdcm, "LIMIT", 0.2)
    reader = gdcm.ReaderProcess()
    message = rf"^{path}: must be .* reads within 0\.2 seconds, got one that takes longer$"
    with pytest.raises(DataError, match=message):
        reader.pixels(path)
    assert reader._process is None
    monkeypatch.setattr(gdcm, "PROGRAM", real)
    monkeypatch.setattr(gdcm, "LIMIT", 300.0)
    np.testing.assert_array_equal(reader.pixels(path), PIXELS)
    reader.stop()


def test_a_reader_that_does_not_start_is_no_fault_of_the_file(path, tmp_path, monkeypatch):
    (tmp_path / "program.py").write_text("raise SystemExit(3)")
    monkeypatch.setattr(gdcm, "PROGRAM", tmp_path / "program.py")
    with pytest.raises(RuntimeError, match="does not start, exit status 3"):
        gdcm.ReaderProcess().pixels(path)


def test_a_relative_path_is_that_of_the_folder_now(path, tmp_path, monkeypatch):
    reader = gdcm.ReaderProcess()
    other = save_slices(tmp_path / "other", [slice_of(PIXELS + 7, (0, 0, 0))])
    for folder, more in ((path.parent, 0), (other, 7)):
        monkeypatch.chdir(folder)
        np.testing.assert_array_equal(reader.pixels(Path("000.dcm")), PIXELS + more)
    reader.stop()


def test_threads_take_turns(path):
    reader = gdcm.ReaderProcess()
    results = []

    def read():
        results.extend(np.array_equal(reader.pixels(path), PIXELS) for _ in range(20))

    threads = [threading.Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    reader.stop()
    assert results == [True] * 80


def test_the_process_ends_with_its_parent(path):
    code = (
        "import os; from pathlib import Path; from dscl_tf.data.io.dicom.gdcm import GDCM\n"
        f"GDCM.pixels(Path({str(path)!r})); print(GDCM._process.pid, flush=True)\n"
        "os.kill(os.getpid(), 9)"
    )
    parent = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert parent.returncode == -signal.SIGKILL
    child = int(parent.stdout)
    for _ in range(100):  # a killed parent's child is somebody else's to wait for
        try:
            if Path(f"/proc/{child}/stat").read_text().split()[2] == "Z":
                return
        except OSError:
            return
        threading.Event().wait(0.1)
    os.kill(child, signal.SIGKILL)
    pytest.fail("the reader lives on")
