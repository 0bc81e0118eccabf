"""Where a model is served."""

import re
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

from dscl_tf.errors import UsageError

PORTS = {"grpc": 8500, "http": 8501, "https": 443}  # TensorFlow Serving's own
Scheme = Literal["grpc", "http", "https"]


@dataclass(frozen=True)
class ServerAddress:
    """A model on a server of TensorFlow Serving.

    Attributes:
        scheme: "grpc", "http" or "https".
        host: a name or address; IPv6 in brackets.
        port: of the server.
        model: the name that it is served by.
        version: of the model; None for the one that the server chooses.
        prefix: of the path, where a proxy has put one before `/v1/models`.
    """

    scheme: Scheme
    host: str
    port: int
    model: str
    version: int | None = None
    prefix: str = ""

    @classmethod
    def parse(cls, url: str) -> "ServerAddress":
        """Return what a URL means.

        Args:
            url: `grpc://HOST:PORT/NAME` or `http://HOST:PORT/NAME`, both with `/versions/N` where
                one is meant; of http also `http://HOST:PORT/v1/models/NAME`, as the server has it.

        Raises:
            UsageError: it is none.

        >>> ServerAddress.parse("grpc://gpu7:8500/heart")
        ServerAddress(scheme='grpc', host='gpu7', port=8500, model='heart', version=None, prefix='')
        >>> ServerAddress.parse("http://gpu7/v1/models/heart/versions/2").rest
        'http://gpu7:8501/v1/models/heart/versions/2'
        """
        try:
            parts = urlsplit(url)
            host, port = parts.hostname, parts.port
        except ValueError as error:
            raise UsageError(f"`server`: must be a URL, got {url}: {error}") from error
        path = re.fullmatch(
            r"(?:(?P<prefix>/.+)?/v1/models)?/(?P<model>[^/:]+)(?:/versions/(?P<version>\d+))?/?",
            parts.path,
        )
        extra = parts.query or parts.fragment or parts.username
        if parts.scheme not in PORTS or not host or not path or extra:
            raise UsageError(
                "`server`: must be grpc://HOST:PORT/NAME or http://HOST:PORT/NAME, NAME being the "
                f"model's, got {url}"
            )
        return cls(
            parts.scheme,  # type: ignore[arg-type]
            f"[{host}]" if ":" in host else host,
            port or PORTS[parts.scheme],
            path["model"],
            int(path["version"]) if path["version"] else None,
            path["prefix"] or "",
        )

    @property
    def target(self) -> str:
        """HOST:PORT."""
        return f"{self.host}:{self.port}"

    @property
    def rest(self) -> str:
        """The URL of the model in the REST API."""
        version = f"/versions/{self.version}" if self.version else ""
        return f"{self.scheme}://{self.target}{self.prefix}/v1/models/{self.model}{version}"

    def __str__(self) -> str:
        if self.scheme != "grpc":
            return self.rest
        version = f"/versions/{self.version}" if self.version else ""
        return f"grpc://{self.target}/{self.model}{version}"
