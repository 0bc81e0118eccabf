"""`dscl-tf` with standard error on a pseudo-terminal."""

import contextlib
import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios
from pathlib import Path

CONTROLS = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


def on_terminal(folder: Path, *arguments: object, **environment: str) -> tuple[str, str]:
    """Run the command in `folder`; return standard output, and the terminal's text.

    The text is that of all frames, without control sequences.
    """
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
    process = subprocess.Popen(
        [sys.executable, "-m", "dscl_tf.cli", *map(str, arguments)],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=slave,
        env={**os.environ, "TERM": "xterm", **environment},
    )
    os.close(slave)
    seen = b""
    with contextlib.suppress(OSError):  # as Linux says that the other side is closed
        while piece := os.read(master, 65536):
            seen += piece
    os.close(master)
    out, _ = process.communicate()
    assert process.returncode == 0, seen.decode()
    return out.decode(), CONTROLS.sub("", seen.decode())
