"""Query and Scan: which parameters go together, and what a table or an index can answer."""

from . import key_conditions, keys, legacy
from .actions import check_parts, existing
from .errors import Refused, invalid
from .parameters import newer, older, refuse_mixing
from .values import checked_item


def reading(operation: str, request: dict) -> dict:
    """What Query and Scan have in common, before their table is looked at."""
    refuse_mixing(operation, request)
    request = {**request, **older(operation, request)}
    if "ExclusiveStartKey" in request:
        request["ExclusiveStartKey"] = checked_item(request["ExclusiveStartKey"])
    check_segments(request)
    request.update(newer(request))
    check_select(request)
    return request


def query(request: dict, describe) -> dict:
    request = reading("Query", request)
    if "key_condition" not in request:
        if "KeyConditions" not in request:
            raise Refused(
                "Either the KeyConditions or KeyConditionExpression parameter must be specified in the request."
            )
        request["key_condition"] = legacy.conditions(request["KeyConditions"])
    table = existing(request["TableName"], describe)
    schema = check_index(request, table)
    keys.check_start(request, schema)
    key_conditions.check(request["key_condition"], schema)
    check_parts(request, table)
    if request["filter"]:
        check_filter(request, schema, table)
    return request


def check_filter(request: dict, schema: keys.Schema, table) -> None:
    """A query's filter names no key of what is queried, and only what an index holds."""
    named = [path[0] for path in request["filter"].paths]
    what = "Filter Expression" if "FilterExpression" in request else "QueryFilter"
    for name in named:
        if name in schema.names:
            raise Refused(
                f"{what} can only contain non-primary key attributes: Primary key attribute: {name}"
            )
    if missing := keys.not_projected(named, schema, table):
        raise invalid(
            f"Secondary index {schema.index} does not project one or more filter attributes: [{missing}]"
        )


def scan(request: dict, describe) -> dict:
    request = reading("Scan", request)
    table = existing(request["TableName"], describe)
    schema = check_index(request, table)
    keys.check_start(request, schema)
    check_parts(request, table)
    return request


def check_segments(request: dict) -> None:
    segment, total = request.get("Segment"), request.get("TotalSegments")
    given, missing = ("TotalSegments", "Segment") if segment is None else ("Segment", "TotalSegments")
    if (segment is None) != (total is None):
        which = f"parameter {given}" if given == "TotalSegments" else f"{given} parameter"
        raise Refused(
            f"The {missing} parameter is required but was not present in the request when {which} is present"
        )
    if segment is not None and segment >= total:
        raise Refused(
            "The Segment parameter is zero-based and must be less than parameter TotalSegments: "
            f"Segment: {segment} is not less than TotalSegments: {total}"
        )


def check_select(request: dict) -> None:
    select = request.get("Select")
    wanted = next((name for name in ("ProjectionExpression", "AttributesToGet") if name in request), None)
    if select == "SPECIFIC_ATTRIBUTES" and not wanted:
        raise Refused(
            "Must specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES"
        )
    if select not in (None, "SPECIFIC_ATTRIBUTES") and wanted:
        what = "only the Count" if select == "COUNT" else select
        raise Refused(f"Cannot specify the {wanted} when choosing to get {what}")
    if select == "ALL_PROJECTED_ATTRIBUTES" and "IndexName" not in request:
        raise Refused("ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName")


def check_index(request: dict, table) -> keys.Schema:
    """The schema of what is read; refuses what a global index cannot do."""
    name = request.get("IndexName")
    if name is None:
        return keys.schema_of(table)
    index = keys.index_of(table, name)
    if index is None:
        raise Refused(f"The table does not have the specified index: {name}")
    schema = keys.schema_of(table, index)
    if index not in table.global_indexes:
        return schema
    if request.get("ConsistentRead"):
        raise Refused("Consistent reads are not supported on global secondary indexes")
    if index.projection.get("ProjectionType") != "ALL":
        if request.get("Select") == "ALL_ATTRIBUTES":
            raise invalid(
                f"Select type ALL_ATTRIBUTES is not supported for global secondary index {name} "
                "because its projection type is not ALL"
            )
        asked = [path[0] for path in request["projection"].paths] if request["projection"] else []
        if missing := keys.not_projected(asked, schema, table):
            raise invalid(f"Global secondary index {name} does not project [{missing}]")
    return schema
