"""The ledger's DynamoDB Local column needs the referee, too."""

from tests.oracle.conftest import dynamodb_local, local_port  # noqa: F401
