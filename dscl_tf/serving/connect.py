"""From an address to a network."""

from dscl_tf.config import Data
from dscl_tf.serving.address import ServerAddress
from dscl_tf.serving.network import Client, ServedNetwork
from dscl_tf.serving.signature import Signature


def client_of(address: ServerAddress, timeout: float) -> Client:
    """Return the way to a server; nothing is sent yet.

    Raises:
        UsageError: what the address needs is not installed.
    """
    if address.scheme == "grpc":
        from dscl_tf.serving.grpc_client import GrpcClient

        return GrpcClient(address, timeout)
    from dscl_tf.serving.http_client import HttpClient

    return HttpClient(address, timeout)


def connect(url: str, data: Data, timeout: float = 60.0) -> tuple[ServedNetwork, Signature]:
    """Return a network on a server, once it is seen to be there and to fit.

    Args:
        url: as `ServerAddress.parse` takes it.
        data: how volumes are prepared.
        timeout: seconds that a request may take.

    Returns:
        the network, and what its server says of it.

    Raises:
        UsageError: the URL is none, or what it needs is not installed.
        DataError: the server cannot be reached, or serves another model.

    Example::

        network, _ = connect("http://localhost:8501/heart", data)
    """
    address = ServerAddress.parse(url)
    client = client_of(address, timeout)
    signature = client.signature()
    signature.check(data, str(address))
    return ServedNetwork(client, str(address), data.class_count), signature
