import socket

import pytest

from dscl_tf.devices import join, processes
from dscl_tf.errors import DataError, UsageError

ADDRESS = "127.0.0.1:4321"


@pytest.fixture
def connected(monkeypatch: pytest.MonkeyPatch) -> list[tuple]:
    """The arguments of what would connect, with JAX as the backend that the user asks for."""
    calls: list[tuple] = []
    monkeypatch.setattr(processes, "backend", lambda: "jax")
    monkeypatch.setattr(processes, "_connect", lambda *arguments: calls.append(arguments))
    return calls


def test_without_arguments_a_process_stays_alone(connected) -> None:
    join()
    assert connected == []


def test_arguments_are_taken_from_the_variables_of_keras(connected, monkeypatch) -> None:
    monkeypatch.setenv("KERAS_DISTRIBUTION_JOB_ADDRESSES", f"{ADDRESS},127.0.0.1:4322")
    monkeypatch.setenv("KERAS_DISTRIBUTION_NUM_PROCESSES", "2")
    monkeypatch.setenv("KERAS_DISTRIBUTION_PROCESS_ID", "0")
    join(process_id=1, seed=7)
    assert connected == [(ADDRESS, 2, 1, 7, 300)]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((None, 2, 0), r"`coordinator`: is missing, .*; got `processes` 2"),
        ((ADDRESS, None, 0), rf"`processes`: is missing, .*; got `coordinator` {ADDRESS}"),
        (("host", 2, 0), r"`coordinator`: must be HOST:PORT or auto, got 'host'"),
        (("host:0", 2, 0), r"must be HOST:PORT or auto, got 'host:0'"),
        ((ADDRESS, 0, 0), r"`processes`: must be 1 or more, got 0"),
        ((ADDRESS, 2, 2), r"`process_id`: must be from 0 to 1, got 2"),
    ],
)
def test_arguments_that_break_a_rule_are_named(connected, arguments, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        join(*arguments)
    assert connected == []


def test_a_variable_must_be_a_number(connected, monkeypatch) -> None:
    monkeypatch.setenv("KERAS_DISTRIBUTION_NUM_PROCESSES", "two")
    with pytest.raises(UsageError, match="NUM_PROCESSES: must be a whole number, got 'two'"):
        join(ADDRESS, None, 0)


def test_other_backends_are_told_what_to_install(monkeypatch) -> None:
    monkeypatch.setattr(processes, "backend", lambda: "tensorflow")
    with pytest.raises(UsageError, match=r"backend is tensorflow; install JAX .*KERAS_BACKEND=jax"):
        join(ADDRESS, 2, 0)


def test_a_coordinator_that_does_not_answer_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with pytest.raises(DataError, match=rf"`coordinator` 127.0.0.1:{port}: .* did not answer in 0"):
        processes._await(f"127.0.0.1:{port}", 0)


def test_a_port_that_is_taken_is_named() -> None:
    with socket.create_server(("", 0)) as server:
        port = server.getsockname()[1]
        with pytest.raises(DataError, match=rf"cannot serve at port {port}: .*in use"):
            processes._check_free(f"127.0.0.1:{port}")
