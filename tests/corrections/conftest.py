"""The ledger's DynamoDB Local column needs the referee, too; and no example is timed."""

from hypothesis import settings

from tests.oracle.conftest import dynamodb_local, local_port  # noqa: F401

# A first example pays for imports: how long one takes says nothing.
settings.register_profile("corrections", deadline=None)
settings.load_profile("corrections")
