"""The services that a request may be signed for, by the host that it is sent to."""

from mockvod.validators.signature.tc3 import without_port

OFFICIAL_DOMAIN = "tencentcloudapi.com"


def accepted_services(host: str) -> tuple[str, ...]:
    """The services that a Credential may name, the right one first.

    For an official host it is the first label of the host. For any other it is vod, and the first label is accepted
    too, because the Node, Java and PHP SDKs take the service from the endpoint: 127 for 127.0.0.1:5000 (recorded:
    Node 3.0.1426, Java 3.1.16, PHP 3.0.1454).

    Args:
        host: The Host header, with or without a port.
    """
    label = host.rpartition("://")[2].partition(".")[0]
    if bare_host(host).endswith(f".{OFFICIAL_DOMAIN}"):
        return (label,)
    return tuple(dict.fromkeys(("vod", label)))


def bare_host(host: str) -> str:
    """The host without a scheme and without a port."""
    name = host.rpartition("://")[2]
    return without_port(name) or name
