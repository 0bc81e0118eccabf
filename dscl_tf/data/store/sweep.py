"""Files that a store does not need any more."""

import logging
import re
from collections.abc import Collection
from pathlib import Path

from dscl_tf.data.store.index import INDEX_NAME, columns_path
from dscl_tf.data.store.lease import alone
from dscl_tf.data.store.shard_files import array_paths

logger = logging.getLogger(__name__)

OURS = r"(images|masks)(-.*)?\.npy|index-.*\.npz"
UNFINISHED = rf"\.({OURS}|{re.escape(INDEX_NAME)})\..*\.tmp"


def remove_stale(directory: Path, shards: Collection[str], columns: str) -> None:
    """Remove shards and columns of former versions, and what an interrupted run left unfinished.

    Where another process has the store open, or nobody can tell, they stay until the next update.

    Args:
        directory: a store that only this process updates.
        shards: the names of the shards that its index names.
        columns: the digest of its columns.

    Raises:
        OSError: a file cannot be removed.
    """
    needed = {path.name for shard in shards for path in array_paths(directory, shard)}
    needed.add(columns_path(directory, columns).name)
    names = {path.name for path in directory.iterdir()} - needed
    stale = [name for name in names if re.fullmatch(f"{OURS}|{UNFINISHED}", name)]
    if not stale:
        return
    with alone(directory) as nobody_reads:
        if nobody_reads:
            for name in stale:
                (directory / name).unlink()
        else:
            logger.info(
                f"{directory}: {len(stale)} files of before the update stay, since the store may "
                "be open elsewhere; the next dscl-tf data prepare removes them"
            )
