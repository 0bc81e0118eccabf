"""GDCM, in a process of its own: a file that kills it is an error of that file.

GDCM is written in C++ and reads what others wrote. Sequences nested thousands of times overflow its
stack, and its decoders have had other such faults.
"""

import atexit
import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO, Any, cast

import numpy as np

from dscl_tf.errors import DataError

LIMIT = 300.0  # seconds for one file; reading a slice takes milliseconds, on a slow disk more
PROGRAM = Path(__file__).with_name("reader_process.py")


class RefusedError(Exception):
    """What GDCM says of a file that it cannot read."""


class ReaderProcess:
    """The process, started at the first request and again after its death.

    It serves one request at a time: threads take turns. It ends when this process does, however
    that comes about, since its input ends then. A file that it does not read within `LIMIT` seconds
    ends it too.
    """

    def __init__(self) -> None:
        """Start nothing yet."""
        self._turn = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None

    def header(self, path: Path, tags: Mapping[str, str]) -> dict[str, str]:
        """Return what there is of `tags` in a file's header, by name.

        Raises:
            RefusedError: it is no DICOM image, or damaged.
            DataError: reading it ended the process, or takes longer than `LIMIT`.
        """
        with self._turn, self._in_step(path):
            return self._ask(path, tags=dict(tags))["values"]

    def pixels(self, path: Path) -> np.ndarray:
        """Return the first frame (rows, columns) float32 of a file; errors as `header` has them."""
        with self._turn, self._in_step(path):
            shape = self._ask(path)["shape"]
            array = np.empty(shape, "<f4")
            wanted, read = memoryview(array.data).cast("B"), 0
            while read < len(wanted):
                count = self._output.readinto(wanted[read:])  # type: ignore[attr-defined]
                if not count:
                    raise self._death(path)
                read += count
            return array.astype(np.float32, copy=False)

    def stop(self) -> None:
        """End the process."""
        process, self._process = self._process, None
        if process is not None:
            with contextlib.suppress(OSError):
                cast(IO[bytes], process.stdin).close()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(timeout=2)
            process.kill()
            process.wait()
            cast(IO[bytes], process.stdout).close()

    @contextlib.contextmanager
    def _in_step(self, path: Path) -> Iterator[None]:
        """End the process where a request is left, as by Ctrl-C, before its answer is read."""
        try:
            with self._in_time(path):
                yield
        except (RefusedError, DataError):
            raise
        except BaseException:
            if self._process is not None:
                self._process.kill()
            self.stop()
            raise

    @contextlib.contextmanager
    def _in_time(self, path: Path) -> Iterator[None]:
        """End the process where the answer to a request is not there in time."""
        self._start()
        process = cast("subprocess.Popen[bytes]", self._process)
        late = threading.Event()

        def end() -> None:
            late.set()
            process.kill()

        clock = threading.Timer(LIMIT, end)
        clock.daemon = True
        clock.start()
        try:
            yield
        except DataError as error:
            if not late.is_set():
                raise
            raise DataError(
                f"{path}: must be a DICOM file that GDCM reads within {LIMIT:g} seconds, got one "
                "that takes longer"
            ) from error
        finally:
            clock.cancel()
            clock.join()
            if late.is_set():  # so that the next request finds it dead and starts another
                process.wait()

    @property
    def _output(self) -> IO[bytes]:
        return cast(IO[bytes], cast(Any, self._process).stdout)

    def _start(self) -> None:
        if self._process is not None and self._process.poll() is None:
            return
        self.stop()
        self._process = subprocess.Popen(
            [sys.executable, str(PROGRAM)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # the decoders below GDCM print there
        )
        if not self._output.readline():
            code = self._process.wait()
            raise RuntimeError(f"{PROGRAM}: does not start, exit status {code}")

    def _ask(self, path: Path, **request: Any) -> dict[str, Any]:
        process = cast("subprocess.Popen[bytes]", self._process)
        stdin = cast(IO[bytes], process.stdin)
        place = str(path.absolute())  # this process may have another folder than at the start
        try:
            stdin.write(json.dumps({"path": place, **request}).encode() + b"\n")
            stdin.flush()
            line = self._output.readline()
        except BrokenPipeError:
            line = b""
        if not line.endswith(b"\n"):
            raise self._death(path)
        answer = json.loads(line)
        if "error" in answer:
            raise RefusedError(answer["error"])
        return answer

    def _death(self, path: Path) -> DataError:
        """End what is left of the process; return the error of the file that killed it."""
        process = cast("subprocess.Popen[bytes]", self._process)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=10)
        process.kill()  # of no effect on the status of one that is dead already
        code = process.wait()
        self.stop()
        how = signal.Signals(-code).name if code < 0 else f"exit status {code}"
        return DataError(
            f"{path}: must be a DICOM file that GDCM can read, got one that ended it ({how})"
        )


GDCM = ReaderProcess()
"""The reader that all of this process share."""


def _forget() -> None:
    """In a forked process: leave the parent's reader alone."""
    GDCM.__init__()  # type: ignore[misc]


os.register_at_fork(after_in_child=_forget)
atexit.register(GDCM.stop)
