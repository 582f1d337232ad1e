"""Query and Scan: which parameters go together, and what a table or an index can answer."""

from .. import keys
from ..errors import invalid_if, refuse_if
from ..expressions import key_conditions
from . import legacy
from .actions import check_parts, existing
from .parameters import newer, older, refuse_mixing


def check(operation: str, request: dict, describe) -> dict:
    """A Query or a Scan: the request by itself, then against its table or index."""
    refuse_mixing(operation, request)
    request = {**request, **older(operation, request)}
    start = request.get("ExclusiveStartKey")
    if start is not None:
        request["ExclusiveStartKey"] = start = keys.checked_start(start)
    check_segments(request)
    request.update(newer(request))
    conditions = check_key_condition(request) if operation == "Query" else None
    check_select(request)
    table = existing(request["TableName"], describe)
    schema = check_index(request, table)
    if conditions or schema.index:
        key_conditions.check(conditions, schema, start)
    if start is not None and (schema.index or not conditions):
        keys.check_start_in_table(start, table, of_index=bool(schema.index))
    check_parts(request, table)
    if conditions and request["filter"]:
        check_filter(request, schema, table)
    check_projection(request, schema, table)
    return request


def check_key_condition(request: dict) -> dict:
    """{attribute: (operator, values)}. Only the multi-attribute keys of an index take more than two."""
    if "KeyConditions" in request:
        request["key_condition"] = legacy.conditions(request["KeyConditions"])
    conditions = request.get("key_condition")
    without = "Either the KeyConditions or KeyConditionExpression parameter must be specified in the request."
    refuse_if(conditions is None, without)
    refuse_if(not conditions or (len(conditions) > 2 and "IndexName" not in request), key_conditions.COUNT)
    return conditions


def check_filter(request: dict, schema: keys.Schema, table) -> None:
    """A query's filter names no key of what is queried, and only what an index holds."""
    what = "Filter Expression" if "FilterExpression" in request else "QueryFilter"
    rule = f"{what} can only contain non-primary key attributes: Primary key attribute:"
    named = [path[0] for path in request["filter"].paths]
    for name in named:
        refuse_if(name in schema.names, f"{rule} {name}")
    missing = keys.not_projected(named, schema, table)
    where = f"Secondary index {schema.index} does not project one or more filter attributes:"
    invalid_if(missing, f"{where} [{missing}]")


def check_segments(request: dict) -> None:
    segment, total = request.get("Segment"), request.get("TotalSegments")
    missing = "The {} parameter is required but was not present in the request when {} is present"
    refuse_if(total is None and segment is not None, missing.format("TotalSegments", "Segment parameter"))
    refuse_if(segment is None and total is not None, missing.format("Segment", "parameter TotalSegments"))
    refuse_if(
        segment is not None and segment >= total,
        "The Segment parameter is zero-based and must be less than parameter TotalSegments: "
        f"Segment: {segment} is not less than TotalSegments: {total}",
    )


def check_select(request: dict) -> None:
    select = request.get("Select")
    if select is None:
        return
    specific, given = select == "SPECIFIC_ATTRIBUTES", "ProjectionExpression" in request
    wanted = "ProjectionExpression" if given else "AttributesToGet" if "AttributesToGet" in request else None
    what = "only the Count" if select == "COUNT" else select
    refuse_if(
        specific and not wanted,
        f"Must specify the AttributesToGet or ProjectionExpression when choosing to get {select}",
    )
    refuse_if(wanted and not specific, f"Cannot specify the {wanted} when choosing to get {what}")
    refuse_if(
        select == "ALL_PROJECTED_ATTRIBUTES" and "IndexName" not in request,
        f"{select} can be used only when Querying using an IndexName",
    )


def check_index(request: dict, table) -> keys.Schema:
    """The schema of what is read."""
    name = request.get("IndexName")
    index = keys.index_of(table, name)
    refuse_if(name and index is None, f"The table does not have the specified index: {name}")
    refuse_if(
        index in table.global_indexes and request.get("ConsistentRead"),
        "Consistent reads are not supported on global secondary indexes",
    )
    return keys.schema_of(table, index)


def check_projection(request: dict, schema: keys.Schema, table) -> None:
    """A global index gives only what it holds."""
    index = keys.index_of(table, schema.index)
    if index not in table.global_indexes:
        return
    invalid_if(
        request.get("Select") == "ALL_ATTRIBUTES" and index.projection.get("ProjectionType") != "ALL",
        f"Select type ALL_ATTRIBUTES is not supported for global secondary index {schema.index} "
        "because its projection type is not ALL",
    )
    asked = [path[0] for path in request["projection"].paths] if request["projection"] else []
    missing = keys.not_projected(asked, schema, table)
    invalid_if(missing, f"Global secondary index {schema.index} does not project [{missing}]")
