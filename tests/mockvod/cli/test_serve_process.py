"""`mockvod serve` as a process: its log, its certificates, and what it says at the start."""

from __future__ import annotations

import http.client
import json
import os
import re
import shlex
import ssl
import subprocess
from pathlib import Path
from typing import Any

import pytest
import trustme

NOTE = "URLs of result files begin with the host that each caller uses; --public-url sets another"


def notes(err: str) -> list[str]:
    """Log lines without their time."""
    return [re.sub(r"^\S+ \S+ ", "", line) for line in err.splitlines()]


# --- the log -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "lines"),
    [
        pytest.param([], 1, id="default"),
        pytest.param(["--log-level", "debug"], 2, id="debug"),
        pytest.param(["--log-level", "error"], 0, id="error"),
    ],
)
def test_level_says_which_calls_are_logged(serving: Any, make_caller: Any, options: list[str], lines: int) -> None:
    with serving("-p", "0", *options) as server:
        server.call(make_caller, "DescribeEventConfig")
        server.call(make_caller, "DescribeTaskDetail", {"TaskId": "x"})
        done = server.end()

    assert len(done.err.splitlines()) == lines


def test_log_as_json_is_an_object_a_line(serving: Any, make_caller: Any) -> None:
    with serving("-p", "0", "-H", "0.0.0.0", "--log-format", "json", "--log-level", "debug") as server:
        request_id = server.call(make_caller, "DescribeEventConfig")["RequestId"]
        done = server.end()

    note, call = map(json.loads, done.err.splitlines())
    assert (note["level"], note["message"]) == ("warning", NOTE)
    assert {"time", "milliseconds", "peer"} < call.keys()
    assert (call["action"], call["request_id"], call["findings"]) == ("DescribeEventConfig", request_id, 0)


def test_a_log_that_nobody_reads_holds_up_no_call(
    command: Any, environment: Any, make_caller: Any, serving: Any
) -> None:
    """The pipe for the log is full after some hundred of these refusals."""
    with serving("-p", "0") as server:
        connection = http.client.HTTPConnection(server.endpoint, timeout=10)
        for _ in range(1500):
            connection.request("POST", "/", b"{}", {"X-TC-Action": "DescribeTaskDetail"})
            assert connection.getresponse().read()
        connection.close()
        # With the pipe still full, the end does not wait for it either.
        server.process.terminate()
        assert server.process.wait(timeout=10) == 0


def test_a_server_without_standard_error_serves(command: Any, environment: Any) -> None:
    line = f"{shlex.join(command('serve', '-p', '0'))} 2>&-"
    with subprocess.Popen(
        ["bash", "-c", f"exec {line}"], env=environment(), stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        said = process.stdout.readline()
        process.terminate()

    assert (said.startswith("mockvod is listening on http://"), process.returncode) == (True, 0)


# --- what is said at the start -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        pytest.param(["-H", "0.0.0.0"], [NOTE], id="everywhere"),
        pytest.param(["-H", "0.0.0.0", "--public-url", "http://mock.example"], [], id="public-url"),
        pytest.param(["-H", "127.0.0.1"], [], id="here"),
        pytest.param(["-H", "localhost"], [], id="name"),
    ],
)
def test_a_server_for_everybody_says_where_files_are(serving: Any, arguments: list[str], said: list[str]) -> None:
    with serving("-p", "0", *arguments) as server:
        assert server.line.startswith(f"mockvod is listening on http://{arguments[1]}:")
        done = server.end()

    assert (done.status, notes(done.err)) == (0, said)


def test_bad_account_is_not_told_of_as_a_taken_port(served_port: str, refused: Any) -> None:
    assert refused("serve", "-p", served_port, "--account", "AKIDone") == (
        "--account: there is no colon in the given value; write ID:KEY"
    )


@pytest.fixture
def served_port(serving: Any) -> Any:
    with serving("-p", "0") as server:
        yield server.endpoint.rpartition(":")[2]


def test_line_that_cannot_be_printed_ends_the_server(command: Any, environment: Any) -> None:
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("needs a device that is always full")
    with full.open("wb") as out:
        done = subprocess.run(
            command("serve", "-p", "0"), env=environment(), stdout=out, stderr=subprocess.PIPE, timeout=30, check=False
        )

    assert done.returncode == 2
    assert done.stderr.endswith(b"mockvod: standard output cannot be written: No space left on device\n")


# --- TLS -----------------------------------------------------------------------------------------------------------


def health(url: str, authority: str, host: str = "127.0.0.1") -> int:
    """The status of a control page over https, for a client that trusts one authority."""
    port = int(url.rpartition(":")[2])
    connection = http.client.HTTPSConnection(
        host, port, timeout=10, context=ssl.create_default_context(cafile=authority)
    )
    try:
        connection.request("GET", "/_mockvod/health")
        return connection.getresponse().status
    finally:
        connection.close()


def test_throw_away_authority_is_trusted_and_gone_in_the_end(serving: Any) -> None:
    with serving("-p", "0", "--tls") as server:
        assert server.url.startswith("https://127.0.0.1:")
        line = server.process.stderr.readline()
        authority = re.search(r"clients must trust the authority in (\S+), which is gone when the server ends", line)
        assert authority
        seen = [health(server.url, authority[1], host) for host in ("127.0.0.1", "localhost")]
        server.end()

    assert (seen, os.path.exists(authority[1])) == ([200, 200], False)


@pytest.fixture
def pem(tmp_path: Path) -> dict[str, str]:
    """Files with an authority, a certificate and its key, and the key of another certificate."""
    authority = trustme.CA()
    own, other = (authority.issue_cert("127.0.0.1") for _ in range(2))
    places = {name: str(tmp_path / f"{name}.pem") for name in ("authority", "certificate", "key", "other")}
    authority.cert_pem.write_to_path(places["authority"])
    own.cert_chain_pems[0].write_to_path(places["certificate"])
    own.private_key_pem.write_to_path(places["key"])
    other.private_key_pem.write_to_path(places["other"])
    return places


def test_own_certificate_is_served(serving: Any, pem: dict[str, str]) -> None:
    with serving("-p", "0", "--tls-cert", pem["certificate"], "--tls-key", pem["key"]) as server:
        assert health(server.url, pem["authority"]) == 200


@pytest.mark.parametrize(
    ("certificate", "key"),
    [
        pytest.param("certificate", "other", id="of-another"),
        pytest.param("key", "certificate", id="swapped"),
        pytest.param("certificate", "certificate", id="no-key"),
    ],
)
def test_certificate_without_its_key_is_refused(refused: Any, pem: dict[str, str], certificate: str, key: str) -> None:
    line = refused("serve", "-p", "0", "--tls-cert", pem[certificate], "--tls-key", pem[key])

    start = f"{pem[certificate]} and {pem[key]} are not a certificate and its key in PEM, without a password: "
    assert line.startswith(start)
