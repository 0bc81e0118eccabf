import threading
import time

import pytest

from dscl_tf.evaluation.overlap import overlapped

HERE = threading.main_thread()


def nothing(item, value):
    return value


@pytest.mark.parametrize("jobs", [1, 3])
def test_results_come_in_order_however_long_a_step_takes(jobs: int) -> None:
    def slow_if_even(item: int) -> int:
        time.sleep(0.02 * (item % 2 == 0))
        return item

    def slow_if_odd(item: int, computed: int) -> tuple[int, int]:
        time.sleep(0.02 * (item % 2))
        return item, computed

    results = overlapped(range(9), slow_if_even, lambda item, read: read**2, slow_if_odd, jobs)
    assert list(results) == [(item, item**2) for item in range(9)]


def test_only_computing_is_done_in_the_callers_thread() -> None:
    threads: dict[str, threading.Thread] = {}

    def step(name: str):
        def work(*_: object) -> None:
            threads[name] = threading.current_thread()

        return work

    list(overlapped([1], step("read"), step("compute"), step("finish")))
    assert threads["compute"] is HERE
    assert HERE not in (threads["read"], threads["finish"])


def test_the_next_item_is_read_and_the_last_one_finished_while_one_is_computed() -> None:
    reading, finishing = threading.Event(), threading.Event()

    def read(item: int) -> None:
        if item == 2:
            reading.set()

    def compute(item: int, _: None) -> None:
        if item == 1:
            assert reading.wait(10) and finishing.wait(10)

    def finish(item: int, _: None) -> None:
        if item == 0:
            finishing.set()

    assert len(list(overlapped(range(3), read, compute, finish))) == 3


@pytest.mark.parametrize("jobs", [1, 2])
def test_no_more_items_are_in_memory_than_it_says(jobs: int) -> None:
    inside, most, lock = set(), [0], threading.Lock()

    def read(item: int) -> int:
        with lock:
            inside.add(item)
            most[0] = max(most[0], len(inside))
        return item

    def finish(item: int, _: int) -> int:
        time.sleep(0.01)
        with lock:
            inside.discard(item)
        return item

    assert list(overlapped(range(20), read, nothing, finish, jobs)) == list(range(20))
    assert 1 < most[0] <= 2 * jobs + 1


@pytest.mark.parametrize("step", ["read", "compute", "finish"])
def test_an_error_comes_as_itself_after_the_results_before_it(step: str) -> None:
    computed: list[int] = []

    def fail_at(name: str, item: int) -> None:
        if (name, item) == (step, 3):
            raise ZeroDivisionError(item)

    def compute(item: int, _: None) -> None:
        fail_at("compute", item)
        computed.append(item)

    results = overlapped(
        range(9), lambda i: fail_at("read", i), compute, lambda i, _: fail_at("finish", i) or i, 2
    )
    seen: list[int] = []
    with pytest.raises(ZeroDivisionError, match="3"):
        for item in results:
            seen.append(item)
    assert seen == [0, 1, 2]
    if step != "finish":
        assert computed == seen


def test_a_caller_that_stops_stops_the_threads() -> None:
    before = threading.active_count()
    results = overlapped(range(100), str, nothing, nothing)
    assert next(results) == "0"
    results.close()
    assert threading.active_count() == before
