from dscl_tf.data.inspect.reading import reading_findings, skipped_findings
from tests.data.inspect.made import alike, facts


def test_a_skipped_volume_is_named_with_its_reason():
    (finding,) = skipped_findings({"x": "x.nii.gz: cannot be read"})
    assert (finding.volume, finding.rule) == ("x", "skipped")
    assert finding.message == "volume x: skipped: x.nii.gz: cannot be read"


def test_a_volume_without_directions_and_one_without_slices_enough_are_named():
    odd = [facts("flat", oriented=False), facts("thin", slices=3)]
    findings = reading_findings([*alike(5), *odd], partitions=4)
    assert [(finding.volume, finding.rule) for finding in findings] == [
        ("flat", "unoriented"),
        ("thin", "few-slices"),
    ]
    assert "3 slices, fewer than the 4 partitions" in findings[1].message


def test_a_set_without_directions_is_said_once():
    (finding,) = reading_findings(alike(20, oriented=False), partitions=4)
    assert finding.volume is None and finding.message.startswith("set: unoriented: 20 of 20")
