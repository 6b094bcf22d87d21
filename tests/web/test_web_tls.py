"""Over TLS: certificates are checked against the name that was asked, and time limits hold."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from contracts.document import Fetch
from contracts.errors import SourceBusy, SourceRefused
from extractors.web.session import Web
from tests.fault_server import FaultServer


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key and a self-signed certificate for api.example, in one PEM file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "api.example")])
    start = datetime.now(UTC) - timedelta(days=1)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + timedelta(days=30))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("api.example")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "api.example.pem"
    plain = serialization.NoEncryption()
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return path


@pytest.fixture
def secure(certificate: Path) -> Iterator[FaultServer]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with FaultServer(tls=context) as running:
        yield running


@pytest.fixture
def trusted(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("requests.adapters.DEFAULT_CA_BUNDLE_PATH", str(certificate))


def url(server: FaultServer, host: str = "api.example") -> str:
    return f"https://{host}:{server.base.rpartition(':')[2]}/data"


@pytest.mark.usefixtures("trusted")
def test_a_trusted_host_answers(secure: FaultServer, open_web: Callable[..., Web]) -> None:
    secure.good("/data", b"{}")
    answer = open_web().fetch(Fetch("test", url(secure)))
    assert (answer.error, answer.size) == (None, 2)


@pytest.mark.usefixtures("trusted")
def test_a_certificate_for_another_name_is_refused(secure: FaultServer, open_web: Callable[..., Web]) -> None:
    answer = open_web().fetch(Fetch("test", url(secure, "other.example")))
    assert isinstance(answer.error, SourceRefused)
    assert "the certificate of other.example" in str(answer.error)
    assert secure.seen == []


def test_a_certificate_nobody_vouches_for_is_refused(
    secure: FaultServer, open_web: Callable[..., Web]
) -> None:
    answer = open_web().fetch(Fetch("test", url(secure)))
    assert isinstance(answer.error, SourceRefused)
    assert "is not valid" in str(answer.error)
    assert secure.seen == []


@pytest.mark.usefixtures("trusted")
@pytest.mark.parametrize("fault", ["drip", "drip_headers"])
def test_a_slow_drip_over_tls_ends(secure: FaultServer, open_web: Callable[..., Web], fault: str) -> None:
    secure.on("/data", fault)
    answer = open_web().fetch(Fetch("test", url(secure), max_bytes=10_000, timeout=(0.3, 0.3)))
    assert isinstance(answer.error, SourceBusy)
    assert "too slow" in str(answer.error) or "took longer" in str(answer.error)


@pytest.mark.usefixtures("trusted")
def test_a_body_cut_off_over_tls_is_torn(secure: FaultServer, open_web: Callable[..., Web]) -> None:
    secure.on("/data", "truncated")
    answer = open_web().fetch(Fetch("test", url(secure)))
    assert isinstance(answer.error, SourceBusy)
    assert "torn" in str(answer.error)


def test_plain_http_where_tls_is_expected_is_busy(
    server: FaultServer, open_web: Callable[..., Web], address: Callable[..., str]
) -> None:
    answer = open_web().fetch(Fetch("test", address("/data").replace("http:", "https:")))
    assert isinstance(answer.error, SourceBusy)
    assert "could not be reached" in str(answer.error)
