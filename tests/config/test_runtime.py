from tests.config.refused import assert_refused


def test_checkpoints_are_written_at_whole_reports() -> None:
    assert_refused("runtime.checkpoint_every=30", "runtime: checkpoint_every must be a multiple")
