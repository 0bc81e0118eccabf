"""The errors a user can cause. The command line prints each as one line."""

from signal import Signals


class DsclError(Exception):
    """Base of the errors that a user can mend; `exit_status` is the command's exit status."""

    exit_status = 1


class UsageError(DsclError, ValueError):
    """A wrong argument, configuration key or value. Exit status 2."""

    exit_status = 2


class DataError(DsclError, ValueError):
    """A file, volume, split, store or run that breaks a rule. Exit status 1."""


class TrainingError(DsclError, RuntimeError):
    """Training cannot go on, for example because the loss is not finite. Exit status 1."""


class Terminated(SystemExit):
    """The process was asked to end, by a signal; an exit, so that nothing takes it for an error."""

    def __init__(self, signal: int) -> None:
        """Exit with the status that shells give a command which this signal ended."""
        super().__init__(128 + signal)
        self.signal = signal

    def __str__(self) -> str:
        """Return the signal's name, such as SIGTERM."""
        return Signals(self.signal).name


def one_line(error: BaseException) -> str:
    """Return what an error of a library says, on one line."""
    return " ".join(str(error).split()) or type(error).__name__
