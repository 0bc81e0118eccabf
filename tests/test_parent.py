import os
import signal
import subprocess
import sys

CHILD = """
import sys, time
from dscl_tf.parent import end_with_parent
end_with_parent(int(sys.argv[1]))
print("ready", flush=True)
time.sleep(60)
print("went on to its own end")
"""
PARENT = f"""
import os, subprocess, sys
subprocess.Popen([sys.executable, "-c", {CHILD!r}, str(os.getpid())]).wait()
"""


def test_a_child_ends_with_a_killed_parent() -> None:
    parent = subprocess.Popen([sys.executable, "-c", PARENT], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    assert parent.stdout.readline() == "ready\n"
    os.kill(parent.pid, signal.SIGKILL)
    assert parent.stdout.read() == ""  # until the child, too, has closed it, without a last line
    parent.wait()


def test_a_child_whose_parent_is_gone_ends_at_once() -> None:
    orphan = subprocess.run([sys.executable, "-c", CHILD, "1"], capture_output=True, text=True)
    assert (orphan.returncode, orphan.stdout) == (1, "")
