"""Labels that the training grid cuts are told, and never called absent from the mask."""

import re

import numpy as np
import pytest

from dscl_tf.config.files import load_config
from dscl_tf.data.inspect import inspect_store, text_report
from dscl_tf.data.inspect.labels import label_findings
from dscl_tf.data.inspect.window import loss_summary, per_cent, window_losses
from dscl_tf.data.layouts import Case
from dscl_tf.data.store import SliceStore, write_store
from tests.data.files import ramp, save, settings
from tests.data.inspect.made import alike, facts
from tests.data.store.former import write_former
from tests.data.store.sources import change_index


@pytest.fixture
def cut(tmp_path):
    """A store of volumes of 40 x 40 pixels on a grid of 16 x 16, "far" with a ring outside it."""
    listed = []
    for id, first in (("near", 18), ("edge", 11), ("far", 0)):
        mask = np.zeros((40, 40, 4), np.uint8)
        mask[first : first + 2, 18:22] = 1
        mask[20:22, 20:22] = 2
        image = save(tmp_path / f"{id}.nii", ramp(mask.shape))
        listed.append(Case(id, image, save(tmp_path / f"{id}_gt.nii", mask)))
    write_store(listed, settings(spacing=(1.5, 1.5), grid=(16, 16)), tmp_path / "store")
    return tmp_path / "store"


def test_the_share_and_the_smallest_grid_are_told(cut):
    found = inspect_store(SliceStore.open(cut), load_config("phantom"))
    outside = [f for f in found.warnings if f.rule == "outside-window"]
    assert [(f.volume, f.value) for f in outside] == [(None, 1.0), ("edge", 0.5), ("far", 1.0)]
    assert (
        "ring in 2 volumes (up to 100%); data.grid [48, 16] or data.spacing [" in outside[0].message
    )
    assert "50% of the voxels of ring lie outside the training grid, which must be 32x16" in (
        outside[1].message
    )
    (absent,) = [f for f in found.warnings if f.rule == "class-absent"]
    assert absent.message.startswith("volume far: class-absent: ring is nowhere in the window (its")


def test_millilitres_are_those_of_the_file(cut):
    volumes = {v.id: v for v in inspect_store(SliceStore.open(cut), load_config("phantom")).volumes}
    for id, share in (("near", 1), ("edge", 0.5), ("far", 0)):
        assert volumes[id].volumes_ml["ring"] == pytest.approx(2 * 4 * 4 * 1.5 * 1.5 * 10 / 1000)
        assert volumes[id].grid_ml["ring"] == pytest.approx(share * volumes[id].volumes_ml["ring"])


def as_of_version_0_1(store):
    """Write the store anew as it was before labelled voxels were counted."""

    def forget(index):
        for entry in index["volumes"]:
            del entry["label_counts"], entry["not_finite"]

    opened = SliceStore.open(store)
    for path in store.iterdir():
        path.unlink()
    write_former(opened, store)
    change_index(store, forget)


def test_a_store_without_counts_opens_and_says_that_they_are_not_known(cut):
    as_of_version_0_1(cut)
    found = inspect_store(SliceStore.open(cut), load_config("phantom"))
    assert not any(finding.rule == "outside-window" for finding in found.warnings)
    assert "not known for 3 volumes, whose ml are those on the grid; prepare again" in (
        text_report(found)
    )
    assert "ring is nowhere on the training grid, and" in text_report(found)


def test_preparing_again_counts_without_preparing_anew(cut, lines):
    before = SliceStore.open(cut)
    listed = [Case(id, e.source, e.mask_source) for id, e in before.volumes.items()]
    listed = [Case(c.id, cut.parent / c.image, cut.parent / c.mask) for c in listed]
    version, counts = before.version, [e.label_counts for e in before.volumes.values()]
    del before
    as_of_version_0_1(cut)
    done = write_store(listed, settings(spacing=(1.5, 1.5), grid=(16, 16)), cut)
    assert done.kept == ["near", "edge", "far"] and not done.prepared
    assert lines == [
        "counting the labelled voxels of 3 volumes kept",
        f"{cut}: of an earlier format; its slices are copied into shards",
    ]
    after = SliceStore.open(cut)
    assert after.version == version
    assert [e.label_counts for e in after.volumes.values()] == counts


def test_a_class_too_small_for_the_pixels_is_not_called_outside():
    small = facts("x", grid_ml={"ring": 100.0, "pool": 0.0})
    (finding,) = label_findings([*alike(4), small], ("pool",))
    assert "on the training grid, whose pixels are too large for it (its mask holds 50 ml)" in (
        finding.message
    )


@pytest.mark.parametrize("share", [1e-7, 0.0049, 0.5, 0.994, 0.9999999])
def test_a_part_is_never_written_as_nothing_or_all(share):
    assert per_cent(share) not in ("0%", "0.0%", "100%", "100.00%")


@pytest.mark.parametrize("sides", [(40, 40), (41, 37), (33, 40)])
@pytest.mark.parametrize("grid", [(16, 16), (16, 32)])
def test_the_grid_and_the_spacing_that_are_proposed_hold_all_labels(tmp_path, sides, grid):
    mask = np.zeros((*sides, 4), np.uint8)
    mask[3:30, 5:31] = 1
    mask[20:22, 20:22] = 2
    case = Case("a", save(tmp_path / "a.nii", ramp(mask.shape)), save(tmp_path / "m.nii", mask))

    def losses(**changes):
        data = settings(**{"spacing": (1.5, 1.5), "grid": grid, **changes})
        write_store([case], data, tmp_path / "store")
        return window_losses(SliceStore.open(tmp_path / "store"), 16)

    summary = loss_summary(losses(), (1.5, 1.5), grid)
    wanted, spacing = re.findall(r"\[(.+?), (.+?)\]", summary)
    assert losses(grid=tuple(map(int, wanted))) == []
    assert losses(spacing=tuple(map(float, spacing))) == []
