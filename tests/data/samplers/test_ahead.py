import threading
import time

import pytest

from dscl_tf.data.samplers.ahead import read_ahead


def test_items_come_in_order_whichever_is_made_first():
    def make(step):
        time.sleep(0.02 * (step % 3 == 0))
        return step

    made = read_ahead(make, 5)
    assert [next(made) for _ in range(9)] == list(range(5, 14))


def test_later_ones_are_made_while_one_is_in_use():
    begun = threading.Semaphore(0)

    def make(step):
        begun.release()
        return step

    made = read_ahead(make, 0, steps=2)
    next(made)
    assert all(begun.acquire(timeout=30) for _ in range(3))
    assert not begun.acquire(timeout=0.2), "and no more than were asked for"


def test_an_error_comes_in_its_turn():
    def make(step):
        if step == 1:
            raise OSError("of step 1")
        return step

    made = read_ahead(make, 0)
    assert next(made) == 0
    with pytest.raises(OSError, match="of step 1"):
        next(made)


def test_threads_end_with_the_iterator():
    made = read_ahead(lambda step: step, 0)
    next(made)
    made.close()
    for _ in range(100):
        names = [thread.name for thread in threading.enumerate()]
        if not any(name.startswith("read-ahead") for name in names):
            return
        time.sleep(0.1)
    raise AssertionError(names)
