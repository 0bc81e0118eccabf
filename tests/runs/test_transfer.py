from pathlib import Path

import numpy as np
import pytest

from dscl_tf.config import Experiment
from dscl_tf.config.files import replace
from dscl_tf.errors import DataError
from dscl_tf.models import weights_of
from dscl_tf.runs.networks import segmentation_network
from dscl_tf.runs.run import Run
from dscl_tf.runs.transfer import initialise
from dscl_tf.stages import STAGES


@pytest.mark.parametrize(
    ("source", "transferred", "anew"),
    [
        ("pretrain_global", "encoder", "decoder_block1 decoder_block2 segmentation"),
        ("pretrain_joint", "encoder decoder_block1", "decoder_block2 segmentation"),
        ("pretrain_local", "encoder decoder_block1", "decoder_block2 segmentation"),
        ("pretrain_pretext", "encoder", "decoder_block1 decoder_block2 segmentation"),
    ],
)
def test_what_was_trained_is_transferred_and_the_rest_starts_as_from_scratch(
    trained: Path, trained_config: Experiment, source: str, transferred: str, anew: str
) -> None:
    run = Run.open(trained / source)
    network = segmentation_network(trained_config)
    scratch = weights_of(network)
    blocks = STAGES[source].transferred_blocks(run.config)
    initialise(network, run, trained_config.model, decoder_blocks=blocks)
    arrays = run.load_arrays("weights")
    for path, array in weights_of(network).items():
        origin = arrays if path.startswith(tuple(transferred.split())) else scratch
        assert np.array_equal(array, origin[path]), path
    for part in anew.split():
        assert any(path.startswith(part) for path in scratch)


def test_another_model_is_refused(trained: Path, trained_config: Experiment) -> None:
    other = replace(trained_config, {"model.filters": [4, 6, 8]})
    network, run = segmentation_network(other), Run.open(trained / "pretrain_global")
    with pytest.raises(DataError, match=r"encoder_block2_conv1/kernel has shape .*the model needs"):
        initialise(network, run, other.model, decoder_blocks=0)
