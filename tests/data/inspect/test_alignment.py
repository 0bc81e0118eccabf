import numpy as np
import pytest

from dscl_tf.data.inspect.alignment import align, alignment_findings


@pytest.fixture
def thumbnails():
    """Eight volumes whose four partitions show the same anatomy, with noise."""
    rng = np.random.default_rng(1)
    anatomy = rng.normal(size=(4, 16, 16))
    return anatomy + 0.5 * rng.normal(size=(8, 4, 16, 16))


IDS = [f"v{number}" for number in range(8)]


def found(thumbnails):
    return [
        (finding.volume, finding.rule) for finding in alignment_findings(IDS, align(thumbnails))
    ]


def test_aligned_volumes_give_no_warning(thumbnails):
    alignment = align(thumbnails)
    assert alignment.retrieval.tolist() == [1] * 8 and alignment.chance == 0.25
    assert found(thumbnails) == []


def test_cosines_agree_with_a_slow_reference(thumbnails):
    def cosine(a, b):
        return np.sum(a * b) / np.sqrt(np.sum(a * a) * np.sum(b * b))

    standard = np.empty_like(thumbnails)
    for volume, partition in np.ndindex(8, 4):
        image = thumbnails[volume, partition] - thumbnails[volume, partition].mean()
        standard[volume, partition] = image / np.sqrt(np.sum(image**2))
    own, turned = [], []
    for volume in range(8):
        others = np.delete(standard, volume, axis=0).mean(axis=0)
        others = others - others.mean(axis=0)
        mine = standard[volume] - standard[volume].mean(axis=0)
        own.append(np.mean([cosine(mine[s], others[s]) for s in range(4)]))
        turned.append(np.mean([cosine(mine[3 - s], others[s]) for s in range(4)]))
    alignment = align(thumbnails)
    np.testing.assert_allclose(alignment.own, own)
    np.testing.assert_allclose(alignment.reversed, turned)


def test_a_reversed_volume_is_called_so(thumbnails):
    thumbnails[3] = thumbnails[3, ::-1].copy()
    (finding,) = alignment_findings(IDS, align(thumbnails))
    assert (finding.volume, finding.rule) == ("v3", "reversed")
    assert "reversing its slices would fit the set better" in finding.message


def test_a_volume_in_another_order_is_misaligned(thumbnails):
    thumbnails[5] = np.roll(thumbnails[5], 2, axis=0)
    assert found(thumbnails) == [("v5", "misaligned")]


def test_a_volume_of_something_else_is_misaligned(thumbnails):
    thumbnails[6] = np.random.default_rng(2).normal(size=(4, 16, 16))
    assert found(thumbnails) == [("v6", "misaligned")]


def test_a_set_whose_partitions_are_alike_is_not_judged(thumbnails):
    noise = np.random.default_rng(0).normal(size=thumbnails.shape)
    alignment = align(noise)
    assert not alignment.can_judge and found(noise) == []


def test_empty_pictures_and_small_sets_are_no_obstacle(thumbnails):
    assert align(thumbnails[:4]) is None and align(thumbnails[:, :1]) is None
    thumbnails[2] = 0
    assert ("v2", "misaligned") in found(thumbnails)
