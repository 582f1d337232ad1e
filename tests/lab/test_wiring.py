"""Layers see every call and every request, nest, and leave nothing behind."""

import subprocess
import sys
from pathlib import Path

import boto3
import pytest

from helpers import lab
from helpers.engines import wiring
from helpers.lenses import calls, wire
from tests.lab.test_lab import make

ROOT = Path(__file__).parents[2]

UNTOUCHED = """
from botocore.client import BaseClient
from botocore.httpsession import URLLib3Session
from botocore.signers import RequestSigner
doors = lambda: (BaseClient._make_api_call, URLLib3Session.send, RequestSigner.get_auth_instance)
as_it_came = doors()
from helpers import lab
from helpers.lenses import calls, wire
assert doors() == as_it_came
lab.start()
assert doors() != as_it_came
with calls(), wire():
    pass
lab.stop()
assert doors() == as_it_came
"""


def test_without_lab_and_lens_botocore_is_as_it_came():
    # In a process of its own: elsewhere an answer that never ended may still be kept out of the lab.
    ran = subprocess.run([sys.executable, "-c", UNTOUCHED], capture_output=True, text=True, cwd=ROOT)
    assert ran.returncode == 0, ran.stderr


def test_calls_records_operations_parameters_and_errors(started):
    make()
    table = boto3.resource("dynamodb").Table("Orders")
    with calls() as made:
        table.put_item(Item={"pk": "a", "n": 1})
        with pytest.raises(table.meta.client.exceptions.ClientError):
            table.get_item(Key={"wrong": "a"})
    assert made.operations == ["PutItem", "GetItem"]
    assert made[0].parameters == {"TableName": "Orders", "Item": {"pk": "a", "n": 1}}
    assert made[0].response is not None
    assert made[1].error is not None


def test_calls_sees_paginators_waiters_and_batch_writers(started):
    client = boto3.client("dynamodb")
    with calls() as made:
        make(client=client)
        with boto3.resource("dynamodb").Table("Orders").batch_writer() as batch:
            batch.put_item(Item={"pk": "a"})
        list(client.get_paginator("scan").paginate(TableName="Orders"))
    assert made.operations == ["CreateTable", "DescribeTable", "BatchWriteItem", "Scan"]


def test_lenses_nest_and_each_ends_with_its_block(started):
    make()
    client = boto3.client("dynamodb")
    with calls() as outer:
        with calls() as inner:
            client.list_tables()
        client.list_tables()
    client.list_tables()
    assert (len(outer), len(inner)) == (2, 1)


def test_a_lens_ends_when_its_block_raises(started):
    with pytest.raises(KeyError), calls() as made:
        raise KeyError
    boto3.client("dynamodb").list_tables()
    assert made == []


def test_a_lens_survives_a_restart_of_the_lab(started):
    with calls() as made, wire() as seen:
        lab.start()
        make()
    assert "CreateTable" in made.operations
    assert [exchange.operation for exchange in seen][:2] == ["CreateTable", "DescribeTable"]


def test_wire_shows_typed_json_and_no_credential(started):
    make()
    with wire() as seen:
        boto3.resource("dynamodb").Table("Orders").put_item(Item={"pk": "a", "n": 1})
    assert seen[0].request == {"TableName": "Orders", "Item": {"pk": {"S": "a"}, "n": {"N": "1"}}}
    assert seen[0].status == 200
    assert "Authorization" not in repr(seen)


def test_a_layer_may_change_what_is_asked(started):
    make()

    def always_consistent(call, proceed):
        call.parameters["ConsistentRead"] = True
        return proceed()

    with wire() as seen, wiring.around_calls(always_consistent):
        boto3.resource("dynamodb").Table("Orders").get_item(Key={"pk": "a"})
    assert seen[0].request["ConsistentRead"] is True
