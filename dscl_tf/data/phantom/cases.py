"""The phantom as the data set of an experiment."""

import logging
from pathlib import Path

from dscl_tf.config import Experiment, load_config, shipped_configs
from dscl_tf.data.layouts import Case, find_cases
from dscl_tf.data.phantom.patients import write_phantom
from dscl_tf.errors import DataError

logger = logging.getLogger(__name__)


def phantom_cases(config: Experiment, source: Path) -> list[Case]:
    """Write into the folder `source` the patients that it lacks, and list its volumes.

    Raises:
        DataError: a volume id of the splits is no number, or `source` cannot be written.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     cases = phantom_cases(load_config("phantom"), Path(folder))
    >>> len(cases), cases[0].id, cases[0].mask.name.endswith("_gt.nii.gz")
    (20, '001', True)
    """
    if written := write_phantom(source, patients=phantom_patients(config)):
        logger.info(f"wrote {written} of the phantom's volumes to {source}")
    return find_cases(config.data, source)


def phantom_patients(config: Experiment) -> int:
    """Return how many patients the splits need; a patient's id is its number.

    An experiment that has the name of a shipped one gets the patients of the shipped splits too,
    since other commands on the same store may need them.

    Raises:
        DataError: an id is no number.

    >>> phantom_patients(load_config("phantom"))
    20
    """
    shipped = [load_config(config.name).splits] if config.name in shipped_configs() else []
    ids = set().union(*(splits.ids() for splits in (config.splits, *shipped)))
    if wrong := sorted(id for id in ids if not id.isdecimal()):
        raise DataError(
            f"splits: the phantom's volume ids are numbers such as 001, got {', '.join(wrong[:5])}"
        )
    return max((int(id) for id in ids), default=0)
