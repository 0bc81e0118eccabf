import pytest

from tests.config.refused import assert_refused


@pytest.mark.parametrize(
    ("override", "message"),
    [
        ("pretrain_global.batch_size=9", "pretrain_global: batch_size must be even .* got 9"),
        ("pretrain_global.batch_size=12", "pretrain_global: batch_size must be at least 16 .* 12"),
        ("pretrain_global.strategy=GX", "pretrain_global.strategy: .* got 'GX'"),
        ("pretrain_global.attract_below=0", "pretrain_global.attract_below: .* than 0, got 0"),
        (
            "pretrain_global={strategy: PCL, attract_below: 0.3, repel_from: 0.2}",
            "pretrain_global: repel_from must be at least attract_below .0.3., got 0.2",
        ),
        ("pretrain_local.negatives=13", "pretrain_local: negatives must be fewer than regions"),
        (
            "pretrain_local.augmentation={crop: [0.5, 1]}",
            "augmentation must be intensity or colour alone",
        ),
        ("pretrain_local.strategy=LX", "pretrain_local.strategy: .* got 'LX'"),
        (
            "pretrain_local={strategy: LD, partitions: 6, batch_size: 20}",
            "pretrain_local: batch_size must be at least 24 with strategy LD and 6 .* got 20",
        ),
        ("pretrain_joint.batch_size=10", "pretrain_joint: batch_size must be a multiple of 4"),
        ("pretrain_joint.lambda_l=0", "pretrain_joint.lambda_l: .* greater than 0, got 0"),
        ("pretrain_joint.temperature=1", "pretrain_joint.temperature: unknown key"),
    ],
)
def test_a_broken_rule_is_one_line_that_names_the_key(override: str, message: str) -> None:
    assert_refused(override, message)
