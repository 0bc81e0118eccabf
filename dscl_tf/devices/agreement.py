"""Whether the processes that train together all train the same."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from dscl_tf.devices.together import everyone_says
from dscl_tf.errors import DataError


def check_alike(values: Mapping[str, Any]) -> None:
    """Check that all processes have the values of the first one, by their digests.

    >>> check_alike({"runtime": {"seed": 1}})

    Args:
        values: JSON values, by the names that the message gives them.

    Raises:
        DataError: in every process; the message names the process and what differs.
    """
    digests = {
        name: hashlib.sha256(json.dumps(value, sort_keys=True, default=str).encode()).hexdigest()
        for name, value in values.items()
    }
    said = everyone_says(json.dumps({name: digest[:16] for name, digest in digests.items()}))
    first, *others = (json.loads(text) for text in said)
    for number, other in enumerate(others, start=1):
        if differing := [name for name in first if other.get(name) != first[name]]:
            raise DataError(
                f"process {number} of {len(said)}: must train what process 0 trains, these "
                f"differ: {', '.join(differing)}"
            )
