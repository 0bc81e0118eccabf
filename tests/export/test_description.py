import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

from dscl_tf.config import BiasCorrection, Data
from dscl_tf.data.grid.orientation import canonical_orientation
from dscl_tf.data.grid.preprocess import prepare_image
from dscl_tf.data.io.volume import Volume
from dscl_tf.export import Preparation, describe
from tests.data import files
from tests.export.plain_client import PlainClient

CLASSES = {1: "RV", 2: "LV"}
AXES = ("auto", "axial", "coronal", "sagittal", "third")


def facts_of(data: Data):
    """What `model.json` holds of a network that was trained on `data`."""
    preparation = Preparation(
        spacing=data.spacing,
        percentiles=data.percentiles,
        intensity_range=data.intensity_range,
        unit=data.unit,
        bias_correction=data.bias_correction,
        slice_axis=data.slice_axis,
    )
    facts = describe("heart", data.grid, data.channel_count, data.classes, preparation, {})
    return json.loads(json.dumps(facts, allow_nan=False))


def of_volumes(**changes) -> Data:
    return Data(**{"classes": CLASSES, "spacing": (1.5, 1.25), "grid": (16, 24), **changes})


def of_pictures(**changes) -> Data:
    values = {"layout": "cityscapes", "intensity_range": (0, 255), "spacing": (4, 4)}
    return of_volumes(**values, **changes)


def test_the_values_that_people_read():
    facts = facts_of(of_volumes())
    assert (facts["model"], facts["grid"], facts["channels"]) == ("heart", [16, 24], 1)
    assert facts["spacing_mm"] == [1.5, 1.25]
    assert facts["classes"] == {"0": "background", "1": "RV", "2": "LV"}
    assert facts["percentiles"] == [1.0, 99.0]
    assert facts["slice_axis"] == "auto" and "after N4" not in facts["normalisation"]
    assert facts["bias_corrected"] is False


def test_the_sentences_say_how_slices_lie_and_what_the_percentiles_are_of():
    facts = facts_of(of_volumes(slice_axis="coronal", bias_correction=BiasCorrection()))
    assert "after N4" in facts["normalisation"] and facts["bias_corrected"] is True
    # An identity affine is "RAS": coronal slices of it turn as `orientation` says, to "LIP".
    (row, left), (slices, back), (column, down) = canonical_orientation(np.eye(4), "coronal")
    assert (row, column, slices, left, down, back) == (0, 1, 2, -1, -1, -1)
    assert facts["orientation"].endswith(
        "rows grow to the patient's left, columns down, slices count back"
    )


def test_pictures_have_a_range_and_pixels_and_no_directions_of_the_body():
    facts = facts_of(of_pictures())
    assert (facts["intensity_range"], facts["spacing_px"]) == ([0, 255], [4, 4])
    assert facts["channels"] == 3
    assert not {"percentiles", "spacing_mm", "slice_axis", "orientation"} & set(facts)
    assert facts["slices"]["kind"] == "picture"
    assert facts["normalise"]["kind"] == "range"


def test_normalise_holds_the_settings():
    settings = BiasCorrection(threshold=0.01, iterations=(20, 10), shrink_factor=4)
    facts = facts_of(of_volumes(percentiles=(2, 98), bias_correction=settings))
    normalise = facts["normalise"]
    assert (normalise["kind"], normalise["low"], normalise["high"]) == ("percentiles", 2.0, 98.0)
    assert (normalise["clip"], normalise["outside"]) == (False, 0.0)
    assert normalise["bias_correction"] == {
        "method": "N4",
        "mask": "otsu",
        "threshold": 0.01,
        "iterations": [20, 10],
        "shrink": [4, 4, 1],
    }
    assert facts_of(of_volumes())["normalise"]["bias_correction"] is None


@pytest.mark.parametrize("axis", ["axial", "coronal", "sagittal"])
def test_directions_are_those_that_an_upright_file_turns_to(axis: str):
    (only,) = facts_of(of_volumes(slice_axis=axis))["slices"]["directions"].items()
    assert only[0] == axis
    body = (("right", "left"), ("anterior", "posterior"), ("superior", "inferior"))  # of "RAS"
    turned = canonical_orientation(np.eye(4), axis)
    place = ("rows", "columns", "slices")
    assert only[1] == {
        place[canonical]: body[file_axis][sign < 0]
        for file_axis, (canonical, sign) in enumerate(turned)
    }
    assert set(facts_of(of_volumes())["slices"]["directions"]) == {"axial", "coronal", "sagittal"}


@settings(deadline=None, max_examples=40)
@given(
    st.sampled_from(AXES),
    st.integers(0, 10_000),
    st.tuples(*[st.sampled_from([0.5, 1.2499, 1.25, 1.2503, 2.0, 8.0])] * 3),
    st.tuples(*[st.integers(2, 12)] * 3),
)
def test_a_client_of_these_keys_alone_prepares_what_training_saw(axis, seed, spacing, shape):
    random = np.random.default_rng(seed)
    array = random.gamma(2, 300, shape).astype(np.float32)
    affine = np.eye(4)
    affine[:3, :3] = Rotation.random(random_state=seed).as_matrix() * spacing
    data = of_volumes(slice_axis=axis, spacing=(1.25, 2.5), grid=(7, 6))
    expected, geometry = prepare_image(files.volume(array, affine), data)
    client = PlainClient(facts_of(data), array, affine)
    np.testing.assert_allclose(client.slices(), expected, atol=1e-4)
    probabilities = random.dirichlet(np.ones(3), expected.shape[:-1])
    back = geometry.to_native(probabilities)
    np.testing.assert_allclose(client.back(probabilities), back, atol=1e-4)


def test_a_client_takes_a_volume_without_directions_as_it_is_stored():
    array = np.random.default_rng(0).gamma(2, 300, (9, 8, 3)).astype(np.float32)
    volume = dataclasses.replace(files.volume(array), oriented=False)
    data = of_volumes(slice_axis="sagittal")
    expected, _ = prepare_image(volume, data)
    client = PlainClient(facts_of(data), array, volume.affine, oriented=False)
    np.testing.assert_allclose(client.slices(), expected, atol=1e-4)


def test_a_client_prepares_pictures():
    pixels = np.random.default_rng(0).integers(256, size=(40, 60, 1, 3)).astype(np.float32)
    picture = Volume(pixels, np.eye(4), (1.0, 1.0, 1.0), Path("street.png"), oriented=False)
    expected, geometry = prepare_image(picture, of_pictures())
    client = PlainClient(facts_of(of_pictures()), pixels, np.eye(4))
    np.testing.assert_allclose(client.slices(), expected, atol=1e-4)
    probabilities = np.random.default_rng(1).dirichlet(np.ones(3), expected.shape[:-1])
    back = geometry.to_native(probabilities)
    np.testing.assert_allclose(client.back(probabilities), back, atol=1e-4)
