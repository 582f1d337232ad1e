"""Tables and what belongs to them: where moto's control plane answers differently from DynamoDB.

    handle(operation, request, forward, backend) -> answer

`request` is what `requests.validate` returned. `forward(request)` sends the (possibly changed) request for
the same operation to moto and returns moto's answer as a dict, or raises `Refused`. `backend` is moto's, of one account
and Region. Operations that need no correction are forwarded as they are.

    lifetimes     made, described, listed, deleted         definitions   which tables and indexes can be
    changes       UpdateTable                              descriptions  what DynamoDB tells of a table
    tags, ttl     each with its operations                 backups       on demand, and to a point in time

A table is CREATING in the answer to CreateTable and ACTIVE when next described: nothing here takes time, and what a
waiter waits for has happened.
"""

from ..errors import Refused
from . import backups, changes, lifetimes, tags, ttl

CORRECTED = {
    "CreateTable": lifetimes.create_table,
    "DescribeTable": lifetimes.describe_table,
    "ListTables": lifetimes.list_tables,
    "DescribeLimits": lifetimes.describe_limits,
    "DeleteTable": lifetimes.delete_table,
    "UpdateTable": changes.update_table,
    "TagResource": tags.tag_resource,
    "UntagResource": tags.untag_resource,
    "ListTagsOfResource": tags.list_tags,
    "UpdateTimeToLive": ttl.update_ttl,
    "DescribeTimeToLive": ttl.describe_ttl,
    "CreateBackup": backups.create_backup,
    "DescribeBackup": backups.describe_backup,
    "DeleteBackup": backups.delete_backup,
    "ListBackups": backups.list_backups,
    "RestoreTableFromBackup": backups.restore_backup,
    "RestoreTableToPointInTime": backups.restore_moment,
    "ExportTableToPointInTime": backups.export_table,
    "ListExports": backups.list_exports,
    "DescribeExport": backups.describe_export,
    "DescribeImport": backups.describe_import,
}


def handle(operation: str, request: dict, forward, backend) -> dict:
    if operation in CORRECTED:
        return CORRECTED[operation](request, forward, backend)
    try:
        return forward(request)
    except NotImplementedError:
        raise Refused(f"The lab does not offer {operation}", "UnknownOperationException") from None
