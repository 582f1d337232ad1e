"""TagResource, UntagResource, ListTagsOfResource.

Source: API Reference of the three; Developer Guide, "Tagging restrictions".
"""

import re

from ..errors import Refused, invalid
from ..requests.actions import table_name

TABLE_ARN = re.compile(r"arn:aws:dynamodb:[^:]+:\d*:table/[a-zA-Z0-9_.-]{3,255}")
MOST = 50
NOT_FOUND = "Requested resource not found"


def check_tags(tags: list) -> None:
    names = [tag["Key"] for tag in tags]
    if any(name.lower().startswith("aws:") for name in names):
        raise invalid("Tag keys starting with 'aws:' are reserved for system use")
    if len(set(names)) < len(names):
        raise invalid("Duplicate tag keys found")
    if len(names) > MOST:
        raise Refused("Too many tags: a resource can have at most 50 tags")


def tagged(request: dict, backend, not_found: str = NOT_FOUND + ": ResourcArn: {} not found"):
    """The table that ResourceArn names."""
    arn = request["ResourceArn"]
    if not TABLE_ARN.fullmatch(arn):
        raise Refused(f"Invalid TableArn: Invalid ResourceArn provided as input {arn}")
    table = backend.tables.get(table_name(arn))
    if table is None or table.table_arn != arn:
        raise Refused(not_found.format(arn), "ResourceNotFoundException")
    return table


def tag_resource(request: dict, forward, backend) -> dict:
    if not request["Tags"]:
        raise Refused("Atleast one Tag needs to be provided as Input.")
    table = tagged(request, backend)
    check_tags(request["Tags"])
    tags = {tag["Key"]: tag for tag in [*table.tags, *request["Tags"]]}
    check_tags(list(tags.values()))
    table.tags = list(tags.values())
    return {}


def untag_resource(request: dict, forward, backend) -> dict:
    if not request["TagKeys"]:
        raise Refused("Atleast one Tag Key needs to be provided as Input.")
    table = tagged(request, backend, NOT_FOUND)
    table.tags = [tag for tag in table.tags if tag["Key"] not in request["TagKeys"]]
    return {}


def list_tags(request: dict, forward, backend) -> dict:
    return {"Tags": tagged(request, backend).tags}


OPERATIONS = {"TagResource": tag_resource, "UntagResource": untag_resource, "ListTagsOfResource": list_tags}
