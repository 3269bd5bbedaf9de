"""Which service a request may be signed for, by the host it is sent to."""

from mockvod.validators.signature.tc3 import without_port

OFFICIAL_DOMAIN = "tencentcloudapi.com"


def accepted_services(host: str) -> tuple[str, ...]:
    """Give the services a Credential may name, the right one first.

    For an official host that is its first label. Elsewhere vod is right, and the first label is let pass, because the
    Node, Java and PHP SDKs take the service from the endpoint: 127 for 127.0.0.1:5000 (recorded).
    """
    label = host.rpartition("://")[2].partition(".")[0]
    if bare_host(host).endswith(f".{OFFICIAL_DOMAIN}"):
        return (label,)
    return tuple(dict.fromkeys(("vod", label)))


def bare_host(host: str) -> str:
    """Give the host without a scheme and without a port."""
    name = host.rpartition("://")[2]
    return without_port(name) or name
