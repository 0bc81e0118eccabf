import pytest

from dscl_tf.data.inspect.finding import Finding, each_or_all


def deviating(count):
    return [
        Finding(f"v{number}", "depth", 3, f"volume v{number}: depth: 3") for number in range(count)
    ]


@pytest.mark.parametrize(("count", "volumes"), [(0, 5), (2, 5), (10, 100)])
def test_few_findings_stand_one_by_one(count, volumes):
    assert each_or_all(deviating(count), volumes) == deviating(count)


@pytest.mark.parametrize(("count", "volumes"), [(3, 5), (11, 100)])
def test_many_findings_become_one_about_the_set(count, volumes):
    (finding,) = each_or_all(deviating(count), volumes)
    assert (finding.volume, finding.rule, finding.value) == (None, "depth", count)
    assert finding.message.startswith(f"set: depth: {count} of {volumes} volumes deviate")
    assert "v0, v1, v2" in finding.message and "\n" not in finding.message
