import keras
import pytest

from dscl_tf.config import Experiment
from dscl_tf.config.files import load_config, replace
from dscl_tf.devices import distributed
from dscl_tf.devices.distribution import present_devices
from dscl_tf.errors import UsageError
from dscl_tf.stages import run_stage

on_tensorflow = pytest.mark.skipif(
    keras.backend.backend() != "tensorflow", reason="what TensorFlow refuses"
)


@on_tensorflow
def test_tensorflow_refuses_more_than_one_device_and_says_what_to_do(monkeypatch, lines) -> None:
    monkeypatch.setattr(keras.distribution, "list_devices", lambda: ["gpu:0", "gpu:1"])
    for devices in (2, "all"):
        message = rf"runtime\.devices: must be 1 .* got {devices}; install JAX .*KERAS_BACKEND=jax"
        with pytest.raises(UsageError, match=message), distributed(devices):
            pass
    with distributed(1) as chosen:
        assert chosen.names == ("gpu:0",)
    assert lines == [
        "training on one of 2 devices; runtime.devices=all with KERAS_BACKEND=jax uses all"
    ]


def test_all_of_one_device_is_one() -> None:
    with distributed("all") as chosen:
        assert chosen is present_devices() and chosen.count == 1
        assert keras.distribution.distribution() is None


@on_tensorflow
def test_a_run_is_refused_before_its_directory_is_made(tiny: Experiment, store, tmp_path) -> None:
    config = replace(tiny, {"runtime.devices": 2})
    with pytest.raises(UsageError, match=r"runtime\.devices: must be 1"):
        run_stage("finetune", config, store, tmp_path, init="none")
    assert list(tmp_path.iterdir()) == []


def test_the_number_of_devices_is_a_number_or_all() -> None:
    assert load_config("phantom", ["runtime.devices=all"]).runtime.devices == "all"
    for value in (0, "two"):
        with pytest.raises(UsageError, match=r"runtime\.devices"):
            load_config("phantom", [f"runtime.devices={value}"])
