"""AWS itself: asked for by name, confirmed by the account's number, touching only what the lab tagged."""

import os

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from helpers.engines.guard import LabError
from helpers.engines.wiring import Call

CONFIRMATION = "DYNAMODB_LAB_AWS_ACCOUNT"
TAG = {"Key": "created-by", "Value": "dynamodb-notebooks"}


def confirmed_account() -> tuple[str, str]:
    """The account and the Region that calls will go to, once the environment names that very account.

    LabError, before any call that could cost something, where the confirmation is missing or is another
    account's, and where there are no credentials.
    """
    named = os.environ.get(CONFIRMATION, "")
    if not named:
        raise LabError(
            "lab.start('aws') uses your AWS account, and what a lesson creates there costs money. To confirm, "
            f"set {CONFIRMATION} to the number of the account you mean, then start Jupyter again."
        )
    session = boto3.Session()
    if not session.region_name:
        raise LabError("AWS needs a Region: set AWS_DEFAULT_REGION, for example to eu-west-1.")
    try:
        found = session.client("sts").get_caller_identity()["Account"]
    except (BotoCoreError, ClientError) as error:
        raise LabError(f"AWS did not say which account this is: {error}") from error
    if found != named:
        raise LabError(f"{CONFIRMATION} names account {named}, but your credentials belong to {found}.")
    return found, session.region_name


def tag_what_is_created(call: Call, proceed) -> dict:
    """A layer around calls: new tables carry the lab's tag, and only tables that carry it can be deleted."""
    if call.service == "dynamodb" and call.operation == "CreateTable":
        call.parameters["Tags"] = [*call.parameters.get("Tags", []), TAG]
    if call.service == "dynamodb" and call.operation == "DeleteTable":
        name = call.parameters.get("TableName")
        if name and not is_ours(call.client, name):
            raise LabError(f"The lab did not create the table {name}, so it does not delete it.")
    return proceed()


def is_ours(client, table_name: str) -> bool:
    """Whether a table carries the lab's tag. A table that does not exist is not ours to protect."""
    try:
        arn = client.describe_table(TableName=table_name)["Table"]["TableArn"]
    except client.exceptions.ResourceNotFoundException:
        return True
    pages = client.get_paginator("list_tags_of_resource").paginate(ResourceArn=arn)
    return any(tag == TAG for page in pages for tag in page["Tags"])


def delete_what_was_tagged() -> list[str]:
    """Delete every table that carries the lab's tag, wait until it is gone, and return the names."""
    client = boto3.client("dynamodb")
    names = [n for page in client.get_paginator("list_tables").paginate() for n in page["TableNames"]]
    ours = [name for name in names if is_ours(client, name)]
    for name in ours:
        client.delete_table(TableName=name)
    for name in ours:
        client.get_waiter("table_not_exists").wait(TableName=name)
    return ours
