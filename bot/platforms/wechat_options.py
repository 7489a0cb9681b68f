"""What an operator or a test may set of the WeChat line: how it is secured, and how long it waits for what."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, kw_only=True, slots=True)
class WechatTls:
    """Whether the line to the gateway is encrypted, and by whom the gateway's certificate must be signed.

    ``ca_file`` is a PEM file, None for the authorities that the system trusts. ``server_name`` is what the certificate
    must be made out to if that is not the host of the endpoint: gateways with Wechaty's own certificate say
    ``insecure``.
    """

    on: bool = False
    ca_file: Path | None = None
    server_name: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class WechatTiming:
    """How long the line waits, all in seconds. The defaults are for the field; tests shorten them."""

    connect: float = 10.0
    """To reach the gateway, handshakes included."""
    call: float = 15.0
    """For any answer of the gateway."""
    transfer: float = 90.0
    """For a whole picture or file, up or down."""
    heartbeat: float = 10.0
    """Silence after which the gateway is asked whether it is still there."""
    heartbeat_answer: float = 5.0
    """For the answer to that."""
    keepalive: float = 10.0
    """Between two pings of the connection itself."""
    login: float = 6.0
    """For the gateway to say by itself whether the account is logged in."""
    first_pause: float = 1.0
    """Before the second attempt to connect; doubles from there, longer by up to half at random."""
    longest_pause: float = 60.0
    """The longest pause between attempts, and the pause after a refusal."""
    settled: float = 10.0
    """A line that stood this long is connected again at once, and with pauses that start anew."""
    refused_pause: float = 60.0
    """Before asking again after a refusal: a wrong token, a wrong certificate, another program on the line."""
    stale_pause: float = 1.0
    """Before asking again for the events while the gateway still holds our own line that broke."""
    lookup: float = 2.0
    """Between two look-ups of members: five in a second have locked an account; longer by up to half at random."""
    name: float = 2.0
    """How long a message may wait for its sender's name; then it goes on without."""
    remembered: float = 86_400.0
    """How long a name is believed."""
    overtaking: float = 0.05
    """How long a message waits for earlier ones of which it is not yet known to which group they belong."""
    retry: float = 1.0
    """Before a message that could not be stored or read is tried again; doubles up to ``longest_retry``."""
    longest_retry: float = 30.0
    settle: float = 1.0
    """How long a line that is being stopped still works on what it has heard."""
    between_parts: float = 1.0
    """Between the words and the picture or card that go out as one message."""
