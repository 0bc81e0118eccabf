"""The whole question: a run, a store, and what to label next."""

from dscl_tf.config import Experiment
from dscl_tf.data.store.slice_store import SliceStore
from dscl_tf.suggestion.candidates import choose_from
from dscl_tf.suggestion.distance import farthest_first, stack
from dscl_tf.suggestion.measure import doubt_volumes, embed_volumes
from dscl_tf.suggestion.ranking import Suggestion, rank_volumes
from dscl_tf.suggestion.sources import Sources, check_store


def suggest(
    sources: Sources,
    config: Experiment,
    store: SliceStore,
    *,
    hide_masks: bool = False,
) -> list[Suggestion]:
    """Return all volumes that may be labelled next, the one to label first in front.

    The volumes at the front differ from each other too: each is chosen as if those before it were
    labelled already, as far as distance decides.

    Args:
        sources: the runs that are asked, of `find_sources`.
        config: gives the validation and test lists, whose volumes are not proposed.
        store: holds the volumes, prepared as the runs' configurations say.
        hide_masks: see `choose_from`.

    Raises:
        DataError: no volume is left to propose, the store is of another data set, or a file is
            damaged.

    Example::

        sources = find_sources(Path("runs"), "latest", by=None)
        store = SliceStore.open("stores/mine")
        for one in suggest(sources, sources.run.config, store)[:3]:
            print(one.volume, one.reason)
    """
    for run in (sources.encoder, sources.network):
        if run:
            check_store(run, store)
    choice = choose_from(config, store, hide_masks=hide_masks)
    picks = doubts = None
    if sources.encoder:
        count = len(choice.labelled)
        pooled = embed_volumes(sources.encoder, store, (*choice.labelled, *choice.candidates))
        references = stack(pooled[:count], like=pooled)  # (labelled, P, D)
        picks = farthest_first(stack(pooled[count:], like=pooled), references)
    if sources.network:
        doubts = doubt_volumes(sources.network, store, choice.candidates)
    return rank_volumes(choice.candidates, choice.labelled, picks, doubts)
