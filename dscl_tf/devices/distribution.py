"""The devices that a training is laid out on."""

import contextlib
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from dscl_tf.devices.backend import INSTALL, backend
from dscl_tf.devices.processes import Member, member
from dscl_tf.errors import UsageError

logger = logging.getLogger(__name__)

ALONE = Member()


@dataclass(frozen=True)
class Devices:
    """What a training computes on.

    Attributes:
        names: of the devices, such as "gpu:0", process by process.
        member: this process among those that train together.
    """

    names: tuple[str, ...] = ("cpu:0",)
    member: Member = ALONE

    @property
    def count(self) -> int:
        """In how many parts every array of a batch is divided."""
        return len(self.names)


_present = Devices()


def present_devices() -> Devices:
    """Return those of the `distributed` block that is open; outside any, one device."""
    return _present


@contextlib.contextmanager
def distributed(devices: int | Literal["all"] = 1) -> Iterator[Devices]:
    """Lay out on several devices what Keras makes and trains in the block.

    Variables that exist already must not be used in it.

    >>> with distributed(1) as devices:
    ...     devices.count, devices.member.writes
    (1, True)

    Args:
        devices: how many of each process, or "all".

    Raises:
        UsageError: there are not so many, or Keras's backend cannot train on several.
    """
    global _present
    import keras

    chosen = choose_devices(devices)
    former = _present, keras.distribution.distribution()
    _present = chosen
    if chosen.count > 1:
        layout = keras.distribution.DataParallel(
            devices=list(chosen.names), auto_shard_dataset=False
        )
        keras.distribution.set_distribution(layout)
    try:
        yield chosen
    finally:
        _present = former[0]
        keras.distribution.set_distribution(former[1])


def choose_devices(devices: int | Literal["all"]) -> Devices:
    """Return the first devices of each process, so many as asked for.

    Raises:
        UsageError: see `distributed`.
    """
    if backend() != "jax":
        return _only_device(devices)
    import jax

    of_processes: dict[int, list[str]] = {}
    for device in jax.devices():
        names = of_processes.setdefault(device.process_index, [])
        names.append(f"{device.platform}:{device.id}")
    least = min(of_processes.values(), key=lambda names: len(names))
    fewest = len(least)
    if devices == "all" and any(len(names) > fewest for names in of_processes.values()):
        counts = ", ".join(str(len(of_processes[number])) for number in sorted(of_processes))
        raise UsageError(
            "runtime.devices: must be a number where processes have different numbers of "
            f"devices ({counts}), got all"
        )
    wanted = fewest if devices == "all" else devices
    if wanted > fewest:
        raise UsageError(
            f"runtime.devices: must be at most {fewest}, the devices of a process "
            f"({', '.join(least)}), got {wanted}"
        )
    chosen = [name for number in sorted(of_processes) for name in of_processes[number][:wanted]]
    if devices == 1:
        _say_what_is_idle(fewest)
    return Devices(tuple(chosen), member())


def _only_device(devices: int | Literal["all"]) -> Devices:
    import keras

    names = keras.distribution.list_devices()
    wanted = len(names) if devices == "all" else devices
    if wanted > 1:
        raise UsageError(
            f"runtime.devices: must be 1 with Keras's backend {backend()}, which would take "
            f"negatives and batch statistics of each device by itself, got {devices}; {INSTALL}"
        )
    _say_what_is_idle(len(names))
    return Devices(tuple(names[:1]))


def _say_what_is_idle(there: int) -> None:
    if there > 1:
        how = "" if backend() == "jax" else " with KERAS_BACKEND=jax"
        logger.info(f"training on one of {there} devices; runtime.devices=all{how} uses all")
