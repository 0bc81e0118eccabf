import numpy as np
import pytest

from dscl_tf.data.inspect.duplicates import duplicate_findings
from tests.data.inspect.made import facts

VOLUMES = [facts(id) for id in "abcd"]


@pytest.fixture
def thumbnails():
    rng = np.random.default_rng(0)
    return {id: rng.normal(size=(2, 4, 4)) for id in "abcd"}


def test_different_images_are_no_duplicates(thumbnails):
    assert duplicate_findings(VOLUMES, thumbnails) == ([], [])


def test_another_scale_and_a_little_noise_are_a_near_duplicate(thumbnails):
    noise = np.random.default_rng(1).normal(0, 0.01, (2, 4, 4))
    thumbnails["c"] = 3 * thumbnails["a"] + 1 + noise
    (finding,), groups = duplicate_findings(VOLUMES, thumbnails)
    assert (finding.volume, finding.rule, groups) == ("c", "near-duplicate", [["a", "c"]])
    assert finding.value > 0.999 and "looks like a, correlation 0.999" in finding.message


def test_the_same_file_is_said_once_and_copies_form_one_group(thumbnails):
    copies = [facts(id, sha256="same" if id in "abd" else id) for id in "abcd"]
    thumbnails["c"] = thumbnails["d"] = thumbnails["b"] = thumbnails["a"]
    findings, groups = duplicate_findings(copies, thumbnails)
    assert [(finding.volume, finding.rule) for finding in findings] == [
        ("b", "same-file"),
        ("c", "near-duplicate"),
        ("d", "same-file"),
    ]
    assert groups == [["a", "b", "c", "d"]]
    assert findings[0].message.endswith("its image has the SHA-256 of a's")


def test_volumes_without_thumbnails_are_compared_by_file():
    copies = [facts("a", sha256="same"), facts("b", sha256="same")]
    findings, groups = duplicate_findings(copies, {})
    assert [finding.rule for finding in findings] == ["same-file"] and groups == [["a", "b"]]


def test_empty_pictures_are_not_alike():
    empty = {id: np.zeros((2, 4, 4)) for id in "ab"}
    assert duplicate_findings(VOLUMES[:2], empty) == ([], [])


def test_two_masks_of_one_image_are_told():
    one = facts("a", sha256="same")
    for changes, told in (({}, False), ({"mask_sha256": "x"}, True), ({"labelled": False}, False)):
        (finding,), _ = duplicate_findings([one, facts("b", sha256="same", **changes)], {})
        assert finding.message.endswith(", but the masks differ") == told
