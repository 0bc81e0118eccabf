from pathlib import Path

from dscl_tf.config import load_config
from dscl_tf.config.files import replace
from dscl_tf.data.store import phantom_store


def test_a_second_call_adds_patients_and_keeps_the_others(tmp_path: Path) -> None:
    first = phantom_store(tmp_path, patients=1)
    second = phantom_store(tmp_path, patients=2)
    assert list(second.volumes) == ["001", "002"]
    assert (second.images[:3] == first.images[:3]).all()


def test_volumes_are_prepared_as_the_configuration_says(tmp_path: Path) -> None:
    coarse = replace(load_config("phantom"), {"data.grid": [32, 32], "data.spacing": [5.6, 5.6]})
    assert phantom_store(tmp_path, 1, coarse).images.shape[1:] == (32, 32, 1)
