from dscl_tf.data.inspect.labels import label_findings
from tests.data.inspect.made import alike, facts

CLASSES = ("ring", "pool")


def found(volumes):
    return [(finding.volume, finding.rule) for finding in label_findings(volumes, CLASSES)]


def ml(ring=100.0, pool=50.0):
    return {"volumes_ml": {"ring": ring, "pool": pool}}


def test_a_mask_without_a_class_is_named():
    assert found([*alike(4), facts("x", **ml(pool=0.0))]) == [("x", "class-absent")]


def test_unlabelled_volumes_lack_no_class():
    unlabelled = facts("x", labelled=False, volumes_ml={})
    assert found([*alike(4), unlabelled]) == [] == found([unlabelled])


def test_a_class_of_the_fewest_is_said_once_and_not_missed_in_the_others():
    assert found([*alike(3, **ml(ring=0.0)), *alike(2)]) == [(None, "class-rare")]


def test_a_class_nearly_gone_is_named_by_its_volume():
    (finding,) = label_findings([*alike(5), facts("x", **ml(ring=2.0))], CLASSES)
    assert (finding.volume, finding.rule, finding.value) == ("x", "class-volume", 2)
    assert "ring 2 ml, the set's median 100 ml" in finding.message
