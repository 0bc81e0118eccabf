import pytest

from dscl_tf.errors import UsageError
from dscl_tf.serving.address import ServerAddress


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("grpc://gpu7:9000/heart", "grpc://gpu7:9000/heart"),
        ("grpc://gpu7/heart/versions/2", "grpc://gpu7:8500/heart/versions/2"),
        ("grpc://[::1]:8500/heart", "grpc://[::1]:8500/heart"),
        ("http://gpu7/heart", "http://gpu7:8501/v1/models/heart"),
        ("http://gpu7:80/v1/models/heart/", "http://gpu7:80/v1/models/heart"),
        ("https://site/a/b/v1/models/heart", "https://site:443/a/b/v1/models/heart"),
    ],
)
def test_both_forms_name_a_model(url: str, shown: str) -> None:
    assert str(ServerAddress.parse(url)) == shown


@pytest.mark.parametrize(
    "url",
    [
        "gpu7:8500/heart",
        "ftp://gpu7/heart",
        "grpc://gpu7:8500",
        "grpc:///heart",
        "grpc://gpu7:port/heart",
        "http://gpu7/a/b",
        "http://gpu7/v1/models/heart:predict",
        "http://gpu7/heart?x=1",
        "http://me@gpu7/heart",
        "http://[::1/heart",
    ],
)
def test_what_names_none_is_refused(url: str) -> None:
    with pytest.raises(UsageError, match=r"^`server`: must be .*, got "):
        ServerAddress.parse(url)
