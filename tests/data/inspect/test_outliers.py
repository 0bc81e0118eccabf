import numpy as np
import pytest

from dscl_tf.data.inspect.outliers import NORMAL, outlier_findings, robust_z, z_limit
from tests.data.inspect.made import alike, facts


def test_robust_z_by_hand():
    values = np.array([0.0, 1, 2, 3, 100])  # median 2, deviations 2 1 0 1 98, their median 1
    np.testing.assert_allclose(robust_z(values), (values - 2) / NORMAL)
    np.testing.assert_allclose(robust_z(np.array([5.0]), reference=values), 3 / NORMAL)


def test_volumes_that_are_all_equal_are_judged_by_the_least_scatter():
    np.testing.assert_allclose(robust_z(np.array([1, 1, 1, 1, 1.5]), scatter=0.1)[-1], 5)


@pytest.mark.parametrize(
    ("rule", "changes", "value"),
    [
        ("plane-spacing", {"plane_spacing": (0.7, 0.7)}, 0.7),
        ("slice-spacing", {"slice_spacing": 3.0}, 3),
        ("depth", {"slices": 20}, 20),
        ("intensity-width", {"intensity_range": (1.0, 101.0)}, 100),
        ("intensity-offset", {"intensity_range": (-1000.0, 0.0)}, -1000),
    ],
)
def test_one_volume_unlike_the_others_is_named(rule, changes, value):
    (finding,) = outlier_findings([*alike(10), facts("odd", **changes)])
    assert (finding.volume, finding.rule) == ("odd", rule)
    assert finding.value == pytest.approx(value)
    assert finding.message.startswith(f"volume odd: {rule}: ")
    assert f"limit {z_limit(11):.1f})" in finding.message and "\n" not in finding.message


def test_a_quarter_more_is_no_outlier_even_among_equals():
    assert outlier_findings([*alike(300), facts("odd", slices=12, slice_spacing=10.0)]) == []


def test_small_sets_have_a_wider_limit():
    assert (z_limit(5), z_limit(10), z_limit(1000)) == (15, 10, pytest.approx(5.05))
    normal = np.random.default_rng(0).normal(0, 0.3, (2000, 5))
    alarms = [np.abs(robust_z(values)).max() > z_limit(5) for values in normal]
    assert np.mean(alarms) < 0.01


def test_too_few_volumes_have_no_outliers():
    assert outlier_findings([*alike(3), facts("odd", slices=90)]) == []


def test_a_wide_set_has_no_outliers():
    depths = np.random.default_rng(0).lognormal(4, 1, 200)
    volumes = [facts(str(number), slices=depth) for number, depth in enumerate(depths)]
    assert outlier_findings(volumes) == []


def test_a_mixed_set_is_said_once():
    volumes = [*alike(7), *(facts(f"thin{number}", slice_spacing=1.0) for number in range(3))]
    (finding,) = outlier_findings(volumes)
    assert finding.volume is None and "3 of 10 volumes deviate" in finding.message
