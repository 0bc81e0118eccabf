"""A network on a server as what predicts files."""

from pathlib import Path

from dscl_tf.evaluation.cleaning import Cleaning
from dscl_tf.evaluation.predictor import Predictor
from dscl_tf.runs.run import Run
from dscl_tf.serving.connect import connect
from dscl_tf.serving.model_json import read_model_json, read_rules


def served_predictor(
    url: str, source: Run | str | Path, *, components: bool = True, timeout: float = 60.0
) -> Predictor:
    """Return a network on a server, once it is seen to be there and to fit.

    Args:
        url: as `ServerAddress.parse` takes it.
        source: says how volumes are prepared: the run that was exported, or the export's
            `model.json` as `read_model_json` takes it.
        components: remove components by the rules that the run recorded, if it did; `model.json`
            has them too.
        timeout: seconds that a request may take.

    Raises:
        UsageError: the URL is none, or what it needs is not installed.
        DataError: `source` or the server cannot be read, or they do not fit.

    Example::

        predictor = served_predictor("grpc://localhost:8500/heart", "exports/heart")
        predict_into(Path("masks"), predictor, [Path("scans")])
    """
    if isinstance(source, Run):
        name, data = source.config.name, source.config.data
        cleaning = Cleaning.of([source])
    else:
        name, data = read_model_json(source)
        cleaning = read_rules(source)
    network, signature = connect(url, data, timeout)
    served = {"server": url, "version": signature.version}
    return Predictor(data, name, lambda: [network], served, cleaning if components else None)
