from dscl_tf.reproduce.expand import make_plan
from dscl_tf.reproduce.matrix import Matrix
from dscl_tf.reproduce.queue import Queue
from dscl_tf.reproduce.selection import Selection


def queue_of(matrix: Matrix) -> Queue:
    """The runs of one cell with three stages, and two that fine-tune from scratch."""
    chosen = Selection(rows=("random", "GD + LR"), seeds=(1,))
    plan = make_plan(matrix, "small", chosen)
    return Queue(plan.runs, list(plan.runs))


def stages(queue: Queue, names: list[str]) -> list[str]:
    return [queue.runs[name].stage for name in names]


def test_a_run_is_taken_once_its_sources_are_finished(matrix: Matrix) -> None:
    queue = queue_of(matrix)
    first = queue.take(5)
    assert stages(queue, first) == ["finetune", "finetune", "pretrain_global"]
    assert queue.take(5) == []
    queue.finish(first[-1])
    assert stages(queue, queue.take(5)) == ["pretrain_local"]
    assert stages(queue, queue.waiting) == ["finetune", "finetune"]


def test_no_more_are_taken_than_asked_for(matrix: Matrix) -> None:
    queue = queue_of(matrix)
    assert queue.take(0) == []
    assert len(queue.take(2)) == 2 and len(queue.take(2)) == 1


def test_all_that_needs_a_failed_run_is_dropped(matrix: Matrix) -> None:
    queue = queue_of(matrix)
    *_, pretraining = queue.take(5)
    dropped = queue.fail(pretraining)
    assert stages(queue, dropped) == ["pretrain_local", "finetune", "finetune"]
    assert queue.waiting == []
