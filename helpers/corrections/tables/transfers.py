"""Exports to S3 and imports from there. moto does the work, in a thread; what is told of it is DynamoDB's.

Sources: API ExportTableToPointInTime, DescribeExport, ListExports, ImportTable, DescribeImport, ListImports.
"""

import uuid

from ..errors import Refused
from ..paging import listed
from . import definitions
from .backups import picked
from .descriptions import noted, now


def export_table(request: dict, forward, backend) -> dict:
    request = {"ExportFormat": "DYNAMODB_JSON", "S3Prefix": "", **request}
    first = forward(request)["ExportDescription"]["ExportArn"]
    export = backend.table_exports.pop(first)
    export.arn = f"{request['TableArn']}/export/{int(now() * 1000):014}-{uuid.uuid4().hex[:8]}"
    backend.table_exports[export.arn] = export
    defaults = {"StartTime": now(), "ExportTime": now(), "S3SseAlgorithm": "AES256"}
    noted(export).update({**defaults, **picked("ExportTime ClientToken S3SseAlgorithm", request)})
    return {"ExportDescription": begun(export, "ExportStatus")}


def described(work) -> dict:
    """An export or an import, without what is not known of it."""
    told = {**work.response(), **noted(work)}
    return {name: value for name, value in told.items() if value not in (None, "")}


def begun(work, status: str) -> dict:
    """As it is told at its start, whatever the thread has done by then."""
    told = {name: value for name, value in described(work).items() if not name.startswith("Failure")}
    return {**told, status: "IN_PROGRESS"}


def found(kind: str, arn: str, works: dict) -> dict:
    if arn not in works:
        raise Refused(f"{kind} not found: {arn}", f"{kind}NotFoundException")
    return described(works[arn])


def describe_export(request: dict, forward, backend) -> dict:
    return {"ExportDescription": found("Export", request["ExportArn"], backend.table_exports)}


def list_exports(request: dict, forward, backend) -> dict:
    members = "ExportArn ExportStatus ExportType"
    summaries, more = summed_up(backend.table_exports, request, "MaxResults", members)
    return {"ExportSummaries": summaries, **more}


def import_table(request: dict, forward, backend) -> dict:
    wanted = request["TableCreationParameters"]
    definitions.check_table(wanted)
    if wanted["TableName"] in backend.tables:
        raise Refused(f"Table already exists: {wanted['TableName']}", "ResourceInUseException")
    answer = forward(request)["ImportTableDescription"]
    work = backend.table_imports[answer["ImportArn"]]
    members = "S3BucketSource ClientToken InputFormat InputFormatOptions InputCompressionType TableCreationParameters"
    noted(work).update({"StartTime": now(), **picked(members, request)})
    return {"ImportTableDescription": begun(work, "ImportStatus")}


def describe_import(request: dict, forward, backend) -> dict:
    return {"ImportTableDescription": found("Import", request["ImportArn"], backend.table_imports)}


def list_imports(request: dict, forward, backend) -> dict:
    members = "ImportArn ImportStatus TableArn S3BucketSource InputFormat StartTime"
    summaries, more = summed_up(backend.table_imports, request, "PageSize", members)
    return {"ImportSummaryList": summaries, **more}


def summed_up(works: dict, request: dict, limit: str, members: str) -> tuple[list, dict]:
    """One page of the exports or imports of a table, or of all; the token is an ARN."""
    wanted, told = request.get("TableArn"), {arn: described(work) for arn, work in works.items()}
    arns = [arn for arn, one in told.items() if wanted in (None, one["TableArn"])]
    arns, more = listed(arns, request, "NextToken", "NextToken", limit, most=25)
    return [picked(members, told[arn]) for arn in arns], more


OPERATIONS = {
    "ExportTableToPointInTime": export_table,
    "DescribeExport": describe_export,
    "ListExports": list_exports,
    "ImportTable": import_table,
    "DescribeImport": describe_import,
    "ListImports": list_imports,
}
