import json

import pytest

from asl.signals import TaskFailed, TaskSubmitted, TaskSucceeded
from emulator.tasks.http import integration as http
from tests.tasks.http_server import CONNECTION, Reply, called, connected, site


def told(parameters, backends=None, **more):
    with_connection = {"Authentication": {"ConnectionArn": CONNECTION}, **parameters}
    (signal,) = http.run(called("http", with_connection, backends or connected(), **more)).signals
    return signal


def test_a_request_is_sent_and_its_response_is_the_result():
    with site() as server:
        signal = told({"ApiEndpoint": f"{server.url}/v1/customers", "Method": "GET"})
    assert isinstance(signal, TaskSucceeded)
    assert list(signal.output) == ["Headers", "ResponseBody", "StatusCode", "StatusText"]
    assert signal.output["ResponseBody"] == {"ok": True}
    assert (signal.output["StatusCode"], signal.output["StatusText"]) == (200, "OK")
    assert signal.output["Headers"]["Content-Type"] == ["application/json"]
    (seen,) = server.seen
    assert (seen.method, seen.path, seen.body) == ("GET", "/v1/customers", "")
    assert seen.headers["user-agent"] == "Amazon|StepFunctions|HttpInvoke|us-east-1"
    assert seen.headers["range"] == "bytes=0-262144"
    assert "content-type" not in seen.headers
    assert "accept-encoding" not in seen.headers


def test_headers_query_and_body_are_sent():
    parameters = {
        "Method": "POST",
        "Headers": {"X-Trace": "7", "accept": ["a/b", "c/d"]},
        "QueryParameters": {"q": "a b&c", "n": 3, "many": ["1", "2"]},
        "RequestBody": {"name": "Adà", "n": 1},
    }
    with site() as server:
        told({"ApiEndpoint": f"{server.url}/x?fixed=1", **parameters})
    (seen,) = server.seen
    assert seen.path == "/x?fixed=1&q=a+b%26c&n=3&many=1&many=2"
    assert json.loads(seen.body) == {"name": "Adà", "n": 1}
    assert seen.headers["content-type"] == "application/json; charset=UTF-8"
    assert (seen.headers["x-trace"], seen.headers["accept"]) == ("7", "a/b, c/d")


def test_a_string_is_a_body_as_it_is():
    with site() as server:
        told(
            {
                "ApiEndpoint": server.url,
                "Method": "POST",
                "Headers": {"content-type": "text/csv"},
                "RequestBody": "a,b\n1,2",
            }
        )
    (seen,) = server.seen
    assert (seen.body, seen.headers["content-type"]) == ("a,b\n1,2", "text/csv")


@pytest.mark.parametrize(
    ("array_format", "written"),
    [
        (None, "a[0]=x&a[1]=y%26z&b=1&o[k]=v"),
        ("INDICES", "a[0]=x&a[1]=y%26z&b=1&o[k]=v"),
        ("REPEAT", "a=x&a=y%26z&b=1&o[k]=v"),
        ("COMMAS", "a=x,y%26z&b=1&o[k]=v"),
        ("BRACKETS", "a[]=x&a[]=y%26z&b=1&o[k]=v"),
    ],
)
def test_a_body_is_encoded_as_a_form(array_format, written):
    transform = {"RequestBodyEncoding": "URL_ENCODED"}
    if array_format is not None:
        transform["RequestEncodingOptions"] = {"ArrayFormat": array_format}
    body = {"a": ["x", "y&z"], "b": 1, "o": {"k": "v"}}
    with site() as server:
        told({"ApiEndpoint": server.url, "Method": "POST", "RequestBody": body, "Transform": transform})
    assert server.seen[0].body == written


@pytest.mark.parametrize("status", [400, 404, 429, 500, 302])
def test_a_status_that_is_no_success_is_an_error_of_its_own(status):
    reply = Reply(status, b'{"why":"no"}', (("Content-Type", "application/json"), ("Location", "/else")))
    with site(lambda seen: reply) as server:
        signal = told({"ApiEndpoint": server.url, "Method": "GET"})
    assert isinstance(signal, TaskFailed)
    assert (signal.error, signal.cause) == (f"States.Http.StatusCode.{status}", '{"why":"no"}')
    assert len(server.seen) == 1


def test_an_error_without_a_body_tells_the_status_text():
    with site(lambda seen: Reply(503, b"")) as server:
        assert told({"ApiEndpoint": server.url, "Method": "GET"}).cause == "Service Unavailable"


@pytest.mark.parametrize(
    ("content_type", "body", "value"),
    [
        ("text/plain", b'{"a":1}', '{"a":1}'),
        ("application/problem+json", b"[1]", [1]),
        ("application/json", b"no json", "no json"),
        ("text/plain; charset=latin-1", b"\xe9", "é"),
        ("text/plain; charset=unheard-of", "é".encode(), "é"),
    ],
)
def test_only_json_is_parsed(content_type, body, value):
    with site(lambda seen: Reply(200, body, (("Content-Type", content_type),))) as server:
        signal = told({"ApiEndpoint": server.url, "Method": "GET"})
    assert signal.output["ResponseBody"] == value


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/octet-stream", b"x"),
        ("image/png", b"x"),
        ("video/mp4", b"x"),
        ("Audio/mpeg", b"x"),
        ("text/plain", b"\xff"),
    ],
)
def test_what_is_no_text_is_refused(content_type, body):
    with site(lambda seen: Reply(200, body, (("Content-Type", content_type),))) as server:
        signal = told({"ApiEndpoint": server.url, "Method": "GET"})
    assert signal.error == "States.Runtime"


@pytest.mark.parametrize(
    "name", ["Authorization", "HOST", "x-amz-date", "X-Forwarded-For", "Cookie\r\nX", "A-IM", "TE", "Date"]
)
def test_headers_that_may_not_be_sent(name):
    with site() as server:
        signal = told({"ApiEndpoint": server.url, "Method": "GET", "Headers": {name: "1"}})
    assert signal.error == "States.Runtime"
    assert name in signal.cause
    assert server.seen == []


@pytest.mark.parametrize(
    "parameters",
    [
        {"ApiEndpoint": "http://example.com/", "Method": "GET"},
        {"ApiEndpoint": "ftp://localhost/", "Method": "GET"},
        {"ApiEndpoint": "https://", "Method": "GET"},
        {"ApiEndpoint": "https://[", "Method": "GET"},
        {"ApiEndpoint": "https://localhost:99999/", "Method": "GET"},
        {"ApiEndpoint": 7, "Method": "GET"},
        {"ApiEndpoint": "https://example.com/", "Method": "BREW"},
        {"ApiEndpoint": "https://example.com/", "Method": "GET", "Headers": []},
        {"ApiEndpoint": "https://example.com/", "Method": "GET", "Headers": {"a": "1\r\nb: 2"}},
        {"ApiEndpoint": "https://example.com/", "Method": "GET", "Authentication": {}},
        {
            "ApiEndpoint": "https://example.com/",
            "Method": "POST",
            "RequestBody": "x",
            "Transform": {"RequestBodyEncoding": "URL_ENCODED"},
        },
        {
            "ApiEndpoint": "https://example.com/",
            "Method": "POST",
            "RequestBody": {},
            "Transform": {"RequestBodyEncoding": "BASE64"},
        },
    ],
)
def test_parameters_that_make_no_request(parameters):
    assert told(parameters).error == "States.Runtime"


def test_nobody_listens():
    with site() as server:
        closed = server.url
    signal = told({"ApiEndpoint": f"{closed}/?key=s3cret", "Method": "GET"})
    assert signal.error == "States.Http.Socket"
    assert signal.cause == "The request to 'localhost' failed: ConnectionRefusedError: Connection refused"


def test_a_host_that_nobody_knows():
    signal = told({"ApiEndpoint": "https://nobody.invalid/?key=s3cret", "Method": "GET"})
    assert signal.error == "States.Http.Socket"
    assert signal.cause.startswith("The request to 'nobody.invalid' failed: gaierror: ")
    assert "s3cret" not in signal.cause


def test_a_response_that_takes_longer_than_the_task_has():
    import threading

    go = threading.Event()

    def late(seen):
        go.wait(10)
        return Reply()

    with site(late) as server:
        signal = told({"ApiEndpoint": server.url, "Method": "GET"}, deadline=1_767_225_600_050)
        go.set()
    assert (signal.error, "took too long" in signal.cause) == ("States.Http.Socket", True)


def test_only_a_part_of_a_huge_response_is_read():
    with site(lambda seen: Reply(200, b"x" * 3_000_000, (("Content-Type", "text/plain"),))) as server:
        signal = told({"ApiEndpoint": server.url, "Method": "GET"})
    assert len(signal.output["ResponseBody"]) == 1024 * 1024


def test_a_certificate_that_nobody_vouches_for_is_not_trusted(tmp_path):
    context, _ = self_signed(tmp_path)
    with site(wrap=lambda socket: context.wrap_socket(socket, server_side=True)) as server:
        signal = told({"ApiEndpoint": server.url, "Method": "GET"})
    assert signal.error == "States.Http.Socket"
    assert server.seen == []


def test_a_certificate_can_be_vouched_for(tmp_path, monkeypatch):
    context, file = self_signed(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    with site(wrap=lambda socket: context.wrap_socket(socket, server_side=True)) as server:
        signal = told({"ApiEndpoint": server.url, "Method": "GET"})
    assert isinstance(signal, TaskSucceeded), signal


def test_a_task_with_a_token_is_submitted():
    with site() as server:
        signal = told({"ApiEndpoint": server.url, "Method": "GET"}, pattern="token", token="t")
    assert isinstance(signal, TaskSubmitted)


def self_signed(folder):
    import datetime
    import ssl

    x509 = pytest.importorskip("cryptography.x509")
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    file = folder / "both.pem"
    file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context, file
