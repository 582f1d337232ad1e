"""The lab over HTTP: the same answers to any client, whatever a client does to it."""

import gzip
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor

import boto3
import pytest

from helpers import lab
from helpers.engines import moto
from helpers.server import MAX_BODY


@pytest.fixture
def server():
    moto.empty()
    with lab.serve(port=0) as server:
        yield server
    moto.empty()


def client(server, region="us-east-1"):
    return boto3.client(
        "dynamodb",
        endpoint_url=server.url,
        region_name=region,
        aws_access_key_id="any",
        aws_secret_access_key="any",
    )


def make(client, name="Orders"):
    client.create_table(
        TableName=name,
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
    )


def raw(server, sent: bytes, answer_size=65536) -> bytes:
    host, port = server.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=5) as connection:
        connection.sendall(sent)
        return connection.recv(answer_size)


def test_another_program_sees_the_tables_of_the_lab():
    lab.start()
    make(boto3.client("dynamodb"))
    with lab.serve(port=0) as server:
        body = json.dumps({}).encode()
        asked = urllib.request.Request(server.url, body, {"X-Amz-Target": "DynamoDB_20120810.ListTables"})
        with urllib.request.urlopen(asked) as answer:
            assert json.load(answer) == {"TableNames": ["Orders"]}
            assert answer.headers["Content-Type"] == "application/x-amz-json-1.0"


def test_items_make_the_round_trip_and_regions_are_apart(server):
    here, there = client(server), client(server, "eu-west-1")
    make(here)
    here.put_item(TableName="Orders", Item={"pk": {"S": "ä"}, "data": {"B": b"\x00\xff"}})
    assert here.get_item(TableName="Orders", Key={"pk": {"S": "ä"}})["Item"]["data"]["B"] == b"\x00\xff"
    assert there.list_tables()["TableNames"] == []


def test_several_clients_at_once(server):
    make(client(server))

    def write(worker):
        mine = client(server)
        for i in range(20):
            mine.put_item(TableName="Orders", Item={"pk": {"S": f"{worker}-{i}"}})

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, range(4)))
    assert client(server).scan(TableName="Orders")["Count"] == 80


@pytest.mark.parametrize(
    "sent",
    [
        b"\x00\x01\x02 nonsense\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}",
        b"POST / HTTP/1.1\r\nHost: x\r\nX-Amz-Target: DynamoDB_20120810.Nonsense\r\nContent-Length: 2\r\n\r\n{}",
        b"POST / HTTP/1.1\r\nHost: x\r\nX-Amz-Target: DynamoDB_20120810.GetItem\r\nContent-Length: 3\r\n\r\n{{{",
        b"POST / HTTP/1.1\r\nHost: x\r\nX-Amz-Target: DynamoDB_20120810.GetItem\r\nContent-Length: 2\r\n\r\n[]",
        b"DELETE / HTTP/1.1\r\nHost: x\r\n\r\n",
    ],
)
def test_a_malformed_request_gets_an_answer_and_the_server_lives_on(server, sent):
    answered = raw(server, sent)
    assert b"HTTP/1.1 4" in answered or b"HTTP/1.1 501" in answered or b"Error code: 400" in answered
    assert client(server).list_tables()["TableNames"] == []


def test_a_client_that_hangs_up_does_not_matter(server, capfd):
    host, port = server.url.removeprefix("http://").split(":")
    for sent in (b"", b"POST / HTT", b"POST / HTTP/1.1\r\nContent-Length: 500\r\n\r\nhalf of it"):
        connection = socket.create_connection((host, int(port)))
        connection.sendall(sent)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
        connection.close()
    assert client(server).list_tables()["TableNames"] == []
    assert capfd.readouterr().err == ""


LISTS = b"POST / HTTP/1.1\r\nHost: x\r\nX-Amz-Target: DynamoDB_20120810.ListTables\r\n"


def with_body(body: bytes, *more: bytes) -> bytes:
    return LISTS + b"".join(more) + b"Content-Length: %d\r\n\r\n" % len(body) + body


def test_a_compressed_request_is_read(server):
    in_two_parts = gzip.compress(b"{") + gzip.compress(b"}")
    assert b'"TableNames"' in raw(server, with_body(in_two_parts, b"Content-Encoding: gzip\r\n"))
    assert b'"TableNames"' in raw(server, with_body(b"{}", b"Content-Encoding: identity\r\n"))


@pytest.mark.parametrize(
    "coding, body",
    [(b"gzip", b"{}"), (b"gzip", gzip.compress(b"{}")[:-1]), (b"gzip", b""), (b"other", b"{}")],
    ids=["not compressed", "cut off", "empty", "another coding"],  # what is compressed holds the time
)
def test_a_coding_that_cannot_be_undone_is_an_error_of_the_server(server, coding, body):
    answered = raw(server, with_body(body, b"Content-Encoding: %s\r\n" % coding))
    assert answered.startswith(b"HTTP/1.1 500") and b"InternalServerError" in answered


def test_a_request_of_more_than_16_mb_is_told_so(server):
    large = b"{" + b" " * 17 * 1024 * 1024 + b"}"
    assert raw(server, with_body(large)).startswith(b"HTTP/1.1 413")
    chunked = LISTS + b"Transfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n" % (len(large), large)
    assert raw(server, chunked).startswith(b"HTTP/1.1 413")


def test_a_connection_that_ends_with_the_answer_is_told_to_end(server):
    asked = http.client.HTTPConnection(server.url.removeprefix("http://"), timeout=5)
    told = {}
    for size in (2, MAX_BODY + 1):
        asked.request("POST", "/", b"{}".ljust(size), {"X-Amz-Target": "DynamoDB_20120810.ListTables"})
        answer = asked.getresponse()
        answer.read()
        told[answer.status] = answer.headers["Connection"]
    assert told == {200: None, 413: "close"}


@pytest.mark.parametrize("target", ["", "x", "DynamoDB_20120810.MakeCoffee", "DynamoDB_20120810.ListStreams"])
def test_an_operation_that_is_none_is_refused_without_words(server, target):
    asked = urllib.request.Request(server.url, b"{}", {"X-Amz-Target": target})
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(asked)
    assert refused.value.code == 400 and refused.value.headers["x-amzn-RequestId"]
    assert json.load(refused.value) == {"__type": "com.amazon.coral.service#UnknownOperationException"}


def test_chunked_requests_are_read(server):
    body = b"2\r\n{}\r\n0\r\n\r\n"
    head = b"POST / HTTP/1.1\r\nHost: x\r\nX-Amz-Target: DynamoDB_20120810.ListTables\r\n"
    assert b'"TableNames"' in raw(server, head + b"Transfer-Encoding: chunked\r\n\r\n" + body)


def test_pages_of_the_web_are_kept_out_and_those_of_this_machine_let_in(server):
    def allowed(origin):
        head = {"Origin": origin, "Access-Control-Request-Headers": "authorization,x-amz-target"}
        asked = urllib.request.Request(server.url, headers=head, method="OPTIONS")
        with urllib.request.urlopen(asked) as answer:
            return [answer.headers[f"Access-Control-Allow-{what}"] for what in ("Origin", "Headers")]

    assert allowed("http://localhost:3000") == ["http://localhost:3000", "authorization,x-amz-target"]
    assert allowed("https://example.com") == [None, None]


def test_a_port_in_use_is_refused_with_what_to_do(server):
    port = int(server.url.rpartition(":")[2])
    with pytest.raises(lab.LabError, match=f"cannot listen on 127.0.0.1:{port}.*Try another port, or 0"):
        lab.serve(port=port)


def test_stop_ends_it_even_with_a_client_connected(server):
    asked = client(server)
    asked.list_tables()
    server.stop()
    server.stop()
    with pytest.raises(OSError):
        raw(server, b"GET / HTTP/1.1\r\n\r\n")


def test_the_command_serves_until_it_is_told_to_stop():
    # -u: its first line tells that it listens.
    command = [sys.executable, "-u", "-m", "helpers.lab", "serve", "--port", "0"]
    environment = os.environ | {"AWS_ACCESS_KEY_ID": "x"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        url = process.stdout.readline().split()[4]
        with urllib.request.urlopen(url) as answer:
            assert answer.read().startswith(b"healthy: dynamodb")
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == (0 if os.name == "posix" else process.returncode)
