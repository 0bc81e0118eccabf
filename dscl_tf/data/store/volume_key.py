"""The key of a volume: what its slices are a function of."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from dscl_tf.data.store.digests import Digests
from dscl_tf.errors import DataError

BEGAN = 2  # the format of stores in which keys began; it is part of every key


def volume_key(id: str, digests: Digests | DataError, settings: Mapping[str, Any]) -> str:
    """Return 32 hexadecimal digits: others for another id, other files or other settings.

    Args:
        id: the volume's id.
        digests: SHA-256 of its files, or what is wrong with them.
        settings: the data settings, as `settings_of` gives them.

    >>> volume_key("001", Digests("a", None), {})
    'c4ff7f221d476b048a056f2081502375'
    """
    made_from = [BEGAN, settings, id, str(digests)]
    return hashlib.sha256(json.dumps(made_from).encode()).hexdigest()[:32]
