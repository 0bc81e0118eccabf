"""Which unlabelled volumes the semi-supervised extensions of fine-tuning learn from."""

from dscl_tf.config import Combination, Finetune, Splits
from dscl_tf.errors import UsageError


def extensions_of(settings: Finetune) -> list[str]:
    """Return the names of the semi-supervised extensions that the settings switch on.

    >>> extensions_of(Finetune(adversarial={}))
    ['adversarial']
    """
    return [name for name in ("self_training", "adversarial", "teacher") if getattr(settings, name)]


def unlabelled_volumes(splits: Splits, labelled: Combination, extension: str) -> tuple[str, ...]:
    """Return the volumes of `splits.unlabelled` that neither train, validate nor test.

    >>> labelled = Combination(train=("1",), validation=("2",))
    >>> splits = Splits(unlabelled=("1", "2", "3"), labelled={1: {"c1": labelled}}, test=("4",))
    >>> unlabelled_volumes(splits, labelled, "adversarial")
    ('3',)

    Args:
        splits: all volumes.
        labelled: the labelled volumes of the experiment.
        extension: what needs them, "self_training" or "adversarial", for the message.

    Raises:
        UsageError: none is left.
    """
    taken = {*labelled.train, *labelled.validation, *splits.test}
    if left := tuple(id for id in splits.unlabelled if id not in taken):
        return left
    raise UsageError(
        f"finetune.{extension}: needs volumes in splits.unlabelled besides those that train and "
        f"validate, all {len(splits.unlabelled)} do"
    )
