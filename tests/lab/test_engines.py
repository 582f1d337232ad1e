"""The endpoint engine against a real server, and the aws engine with moto standing in for AWS."""

import boto3
import pytest
from moto import mock_aws

from helpers import lab
from helpers.engines import aws, moto
from tests.lab.test_lab import make, names


@pytest.fixture
def server(monkeypatch):
    """A DynamoDB at an address: the lab's own server, in a Region that the test can look into."""
    moto.empty()
    with lab.serve(port=0) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", server.url)
        yield server
        lab.stop()
    moto.empty()


def test_the_endpoint_engine_sends_every_client_to_the_address(server):
    before = boto3.client("dynamodb", region_name="us-east-1")
    started = lab.start("endpoint")
    make("Orders", before)
    assert names() == names(before) == ["Orders"]
    assert repr(started) == f"Lab: endpoint ({server.url}), Region us-east-1, 1 table"


def test_the_endpoint_engine_deletes_only_what_was_made_in_it(server):
    lab.start("endpoint")
    make("Theirs")
    lab._running = None  # as if another program had made it and gone
    started = lab.start("endpoint")
    assert "1 of them were here before and stay" in repr(started)
    make("Ours")
    lab.reset()
    assert names() == ["Theirs"]


def test_models_load_at_an_endpoint(server):
    lab.start("endpoint")
    assert lab.load("customer_products")["CustomerProducts"] > 0


def test_a_sandbox_of_an_endpoint_lab_is_in_this_process(server):
    lab.start("endpoint")
    make("Mine")
    with lab.sandbox():
        make("Scratch")
    assert names() == ["Mine"]


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("", "needs an address: set AWS_ENDPOINT_URL_DYNAMODB"),
        ("localhost:8000", "which is no address such as http://localhost:8000"),
        ("https://dynamodb.eu-west-1.amazonaws.com", "leads to AWS"),
        ("http://127.0.0.1:1", "Nothing answers as DynamoDB at http://127.0.0.1:1"),
    ],
)
def test_an_endpoint_that_cannot_be_is_refused_in_words(monkeypatch, address, words):
    monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", address)
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    with pytest.raises(lab.LabError, match=words):
        lab.start("endpoint")


def test_other_services_are_not_sent_to_an_endpoint(server):
    lab.start("endpoint")
    with pytest.raises(lab.LabError, match="answers DynamoDB only"):
        boto3.client("s3").list_buckets()


@pytest.fixture
def account(monkeypatch):
    """An account that is AWS to the lab, and moto to us."""
    with mock_aws():
        monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
        monkeypatch.setenv(aws.CONFIRMATION, "123456789012")
        yield
        lab.stop()


def test_aws_needs_a_confirmation_and_makes_no_call_without_it(monkeypatch):
    with pytest.raises(lab.LabError, match="To confirm, set DYNAMODB_LAB_AWS_ACCOUNT"):
        lab.start("aws")


def test_aws_needs_the_confirmation_of_this_very_account(account, monkeypatch):
    monkeypatch.setenv(aws.CONFIRMATION, "999999999999")
    with pytest.raises(lab.LabError, match="names account 999999999999, but your credentials belong to"):
        lab.start("aws")


def test_aws_is_never_started_by_the_environment_alone(account, monkeypatch):
    monkeypatch.setenv("DYNAMODB_LAB_ENGINE", "aws")
    with pytest.raises(lab.LabError, match=r"in the notebook itself: lab\.start\('aws'\)"):
        lab.start()


def test_aws_shows_account_and_region_first(account, capsys):
    assert "Region eu-west-1" in repr(lab.start("aws"))
    assert capsys.readouterr().out.startswith("AWS account 123456789012, Region eu-west-1.")


def test_on_aws_only_what_the_lab_made_is_deleted(account):
    make("Payroll")
    lab.start("aws")
    make("Orders")
    client = boto3.client("dynamodb")
    arn = client.describe_table(TableName="Orders")["Table"]["TableArn"]
    assert client.list_tags_of_resource(ResourceArn=arn)["Tags"] == [aws.TAG]
    with pytest.raises(lab.LabError, match="did not create the table Payroll"):
        client.delete_table(TableName="Payroll")
    lab.reset()
    assert names() == ["Payroll"]
    make("Orders")
    lab.stop()
    assert names() == ["Payroll"]


def test_on_aws_a_model_never_replaces_a_table_of_yours(account):
    make("CustomerProducts")
    lab.start("aws")
    with pytest.raises(lab.LabError, match="did not create the table CustomerProducts"):
        lab.load("customer_products")
    assert "CustomerProducts" in names()


def test_what_an_earlier_kernel_left_on_aws_is_cleaned_up(account):
    lab.start("aws")
    make("Orders")
    lab._running._undo.close()
    lab._running = None  # the kernel died
    lab.start("aws")
    assert names() == []
