from pathlib import Path

import pytest
import yaml
from google.protobuf import text_format

from dscl_tf.export.batching import BATCHING_FILE

FOLDER = Path(__file__).parents[2] / "examples" / "serving"


@pytest.fixture
def service():
    return yaml.safe_load((FOLDER / "compose.yaml").read_text())["services"]["serving"]


@pytest.fixture
def mounted(service):
    """Where the container has what: path in the container to path on the host."""
    return {place: host for host, place, _ in (v.rsplit(":", 2) for v in service["volumes"])}


@pytest.fixture
def flags(service):
    return dict(flag.removeprefix("--").partition("=")[::2] for flag in service["command"])


def test_the_configuration_is_the_servers_and_lies_where_the_flag_says(mounted, flags):
    messages = pytest.importorskip("tensorflow_serving.config.model_server_config_pb2")
    host = mounted[flags["model_config_file"]]
    read = text_format.Parse((FOLDER / host).read_text(), messages.ModelServerConfig())
    (model,) = read.model_config_list.config
    assert model.base_path == f"/models/{model.name}" and "/models" in mounted
    assert model.model_version_policy.latest.num_versions == 2


def test_batching_is_on_with_the_exports_own_settings(mounted, flags):
    assert "enable_batching" in flags
    path = flags["batching_parameters_file"]
    assert path == f"/models/phantom/1/assets.extra/{BATCHING_FILE}"
