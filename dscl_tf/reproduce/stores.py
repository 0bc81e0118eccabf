"""The slice stores that a plan needs, checked before anything is run."""

from pathlib import Path

from dscl_tf.data.store import open_store
from dscl_tf.errors import DataError
from dscl_tf.reproduce.folders import Folders
from dscl_tf.reproduce.plan import Plan
from dscl_tf.reproduce.state import open_started


def check_stores(plan: Plan, folders: Folders) -> None:
    """Open each store once, so that the phantom's is made before several runs ask for it at once.

    Raises:
        DataError: a store is missing or damaged, or has changed since a run was made from it.
    """
    versions: dict[Path, str] = {}
    for run in plan.runs.values():
        store, directory = folders.store(run), folders.run(run)
        if store not in versions:
            versions[store] = open_store(run.config, store, given=run.base).version
        started = open_started(directory)
        if started and started.record.get("store_version") not in (None, versions[store]):
            raise DataError(
                f"{directory}: must have been made from what {store} holds, which has changed "
                "since; remove the run, or give another `output`"
            )
