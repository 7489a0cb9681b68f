"""Certificates for a test: an authority, a gateway's certificate signed by it, and an authority that signed nothing."""

from datetime import UTC, datetime
from ipaddress import IPv4Address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

_FROM, _TO = datetime(2020, 1, 1, tzinfo=UTC), datetime(2120, 1, 1, tzinfo=UTC)


class Certificates:
    """Files in PEM; the gateway's certificate is made out to ``insecure`` as Wechaty's own is, and to 127.0.0.1."""

    def __init__(self, folder: Path) -> None:
        self.authority, key, name = _authority(folder / "authority.pem", "village authority")
        self.other_authority, _, _ = _authority(folder / "other.pem", "other authority")
        self.server, self.server_key = folder / "server.pem", folder / "server.key"
        own = ec.generate_private_key(ec.SECP256R1())
        names = x509.SubjectAlternativeName([x509.DNSName("insecure"), x509.IPAddress(IPv4Address("127.0.0.1"))])
        built = _builder(_name("insecure"), name, own).add_extension(names, critical=False).sign(key, hashes.SHA256())
        self.server.write_bytes(built.public_bytes(serialization.Encoding.PEM))
        self.server_key.write_bytes(
            own.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )


def _authority(path: Path, called: str) -> tuple[Path, ec.EllipticCurvePrivateKey, x509.Name]:
    key, name = ec.generate_private_key(ec.SECP256R1()), _name(called)
    built = _builder(name, name, key).add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    path.write_bytes(built.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    return path, key, name


def _name(called: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, called)])


def _builder(subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(_FROM)
        .not_valid_after(_TO)
    )
