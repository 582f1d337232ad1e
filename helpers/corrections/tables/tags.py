"""TagResource, UntagResource, ListTagsOfResource.

Source: API Reference of the three; Developer Guide, "Tagging restrictions".
"""

import re

from ..errors import invalid_if, missing_if, refuse_if
from ..requests.actions import table_name

SOME_ARN = re.compile(r".+:.+:.+:.+:.+:.+/.+")
TAG_TEXT = re.compile(r"[\w\s+\-=.:/@]*")
TABLE_ARN = re.compile(r"arn:aws:dynamodb:[^:]+:\d*:table/[a-zA-Z0-9_.-]{3,255}")
NEEDED = {"TagResource": ("Tags", "Tag"), "UntagResource": ("TagKeys", "Tag Key")}


def check_tags(tags: list) -> None:
    names = [tag["Key"] for tag in tags]
    reserved = any(name.lower().startswith("aws:") for name in names)
    invalid_if(reserved, "Tag keys starting with 'aws:' are reserved for system use")
    invalid_if(len(set(names)) < len(names), "Duplicate tag keys found")
    allowed = "Tag keys and values can only contain letters, digits, white space and + - = . _ : / @"
    invalid_if(not all(TAG_TEXT.fullmatch(text) for tag in tags for text in tag.values()), allowed)
    refuse_if(len(names) > 50, "Too many tags: a resource can have at most 50 tags")


def tagged(operation: str, request: dict, backend):
    """The table that ResourceArn names."""
    arn, caller = request["ResourceArn"], f"User: arn:aws:iam::{backend.account_id}:root"
    denied = f"{caller} is not authorized to perform: dynamodb:{operation} on resource: {arn}"
    refuse_if(not SOME_ARN.fullmatch(arn), denied, "AccessDeniedException")
    refuse_if(not TABLE_ARN.fullmatch(arn), f"Invalid TableArn: Invalid ResourceArn provided as input {arn}")
    member, what = NEEDED.get(operation, ("ResourceArn", ""))
    refuse_if(not request[member], f"Atleast one {what} needs to be provided as Input.")
    table = backend.tables.get(table_name(arn))
    which = "" if operation == "UntagResource" else f": ResourcArn: {arn} not found"
    missing_if(table is None or table.table_arn != arn, which)
    return table


def tag_resource(request: dict, forward, backend) -> dict:
    table = tagged("TagResource", request, backend)
    check_tags(request["Tags"])
    tags = {tag["Key"]: tag for tag in [*table.tags, *request["Tags"]]}
    check_tags(list(tags.values()))
    table.tags = list(tags.values())
    return {}


def untag_resource(request: dict, forward, backend) -> dict:
    table = tagged("UntagResource", request, backend)
    table.tags = [tag for tag in table.tags if tag["Key"] not in request["TagKeys"]]
    return {}


def list_tags(request: dict, forward, backend) -> dict:
    return {"Tags": tagged("ListTagsOfResource", request, backend).tags}
