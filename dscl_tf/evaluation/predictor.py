"""What predicts files: networks, how volumes are prepared for them, and what is cut off masks."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dscl_tf.config import Data
from dscl_tf.data.io.files import sha256_of_files
from dscl_tf.data.store.ranges import Ranges
from dscl_tf.evaluation.cleaning import Cleaning
from dscl_tf.evaluation.predict import Network

if TYPE_CHECKING:
    from dscl_tf.runs.run import Run


@dataclass(frozen=True)
class Predictor:
    """One network, or several whose class probabilities are averaged.

    Attributes:
        data: how training volumes were read and became slices.
        name: of the experiment.
        load: returns the networks; called once, and only where something is left to predict.
        source: JSON values that tell these networks from others.
        cleaning: removes components from masks; None for nothing.
        ranges: of the training volumes; None where they are not known.
    """

    data: Data
    name: str
    load: Callable[[], Sequence[Network]]
    source: Mapping[str, Any]
    cleaning: Cleaning | None = None
    ranges: Ranges | None = None

    @classmethod
    def of_runs(cls, runs: "Sequence[Run]", components: bool = True) -> "Predictor":
        """Return the networks of finished fine-tuning runs.

        Args:
            runs: one, or the members of an ensemble.
            components: remove components by the rules that the runs recorded, if they did.

        Raises:
            UsageError: the runs cannot be averaged.
            DataError: weights are missing.

        Example::

            Predictor.of_runs([Run.open("runs/mine")])
        """
        # here, since a client of a server needs no Keras
        from dscl_tf.evaluation.ensemble import check_ensemble, load_networks
        from dscl_tf.evaluation.unlike import training_ranges

        check_ensemble(runs)
        weights = [sha256_of_files([run.path / "weights.npz"]) for run in runs]
        return cls(
            runs[0].config.data,
            runs[0].config.name,
            lambda: load_networks(runs),
            {"weights": weights},
            Cleaning.of(runs) if components else None,
            training_ranges(runs),
        )
