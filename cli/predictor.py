"""What `predict` predicts with: the networks of runs, or one on a server."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from .quiet import import_tensorflow

if TYPE_CHECKING:
    from dscl_tf.evaluation.predictor import Predictor


def serving_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that name a network on a server."""
    for option in reversed(
        (
            click.option(
                "--server",
                metavar="URL",
                help="Ask TensorFlow Serving, at grpc://HOST:8500/NAME or http://HOST:8501/NAME. "
                "How volumes are prepared is read from --model-json, or from --run where given.  "
                "[default: the networks of --run, here]",
            ),
            click.option(
                "--model-json",
                type=click.Path(path_type=Path),
                help="Of the served model: its model.json, or the directory of its export.  "
                "[default: none]",
            ),
            click.option(
                "--timeout",
                type=click.FloatRange(0, min_open=True),
                default=60.0,
                show_default=True,
                help="Seconds that the server may take for a batch of up to 16 slices.",
            ),
        )
    ):
        command = option(command)
    return command


def find_predictor(options: Mapping[str, Any]) -> "Predictor":
    """Return what the options name.

    Raises:
        click.UsageError: options that do not go together.
        DataError: there is no such run, model.json or server, or they do not fit.
    """
    from .finetuned import find_finetuned

    server, model_json = options["server"], options["model_json"]
    if server is None and model_json is not None:
        raise click.UsageError("--model-json: needs --server")
    given = click.get_current_context().get_parameter_source("choices")
    with_runs = server is None or given is not ParameterSource.DEFAULT
    runs = [find_finetuned(options["runs"], one, None) for one in options["choices"] if with_runs]
    if server is None:
        import_tensorflow()
        from dscl_tf.evaluation.predictor import Predictor

        return Predictor.of_runs(runs, options["components"])
    if len(runs) > 1:
        raise click.UsageError(f"--run: must name one run with --server, got {len(runs)}")
    if (not runs) == (model_json is None):
        raise click.UsageError(
            "--server: needs one of --model-json and --run, which say how volumes are prepared"
        )
    if server.startswith("grpc"):
        import_tensorflow()  # which the messages of TensorFlow Serving need
    from dscl_tf.serving import served_predictor

    source = runs[0] if runs else model_json
    return served_predictor(
        server, source, components=options["components"], timeout=options["timeout"]
    )
