"""A run goes on on another number of devices, and says that it is not bit by bit the same."""

from dscl_tf.config import Experiment
from dscl_tf.config.files import replace
from dscl_tf.runs.resume import check_resumable, warn_unless_exact
from tests.runs.made import create


def test_a_run_goes_on_on_other_devices(tiny: Experiment, store, tmp_path, lines) -> None:
    run = create(tmp_path, tiny, devices=["cpu:0"], processes=1)
    check_resumable(run, replace(tiny, {"runtime.devices": 2}), store, tmp_path)
    warn_unless_exact(run, ["cpu:0"])
    assert lines == []
    warn_unless_exact(run, ["cpu:0", "cpu:1"])
    (line,) = lines
    assert line.endswith("not bit by bit as uninterrupted: devices 1, now 2")


def test_devices_of_earlier_runs_are_not_compared(tiny: Experiment, tmp_path, lines) -> None:
    run = create(tmp_path, tiny, devices=["gpu:0", "gpu:1"])  # one of which was idle
    warn_unless_exact(run, ["gpu:0"])
    assert lines == []
