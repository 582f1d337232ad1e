"""A DynamoDB in this process that stands in for the lab for a while, and is forgotten afterwards."""

from collections.abc import Iterator
from contextlib import contextmanager

from botocore.credentials import Credentials

from helpers.engines import moto, wiring

_FIRST = 1  # sandboxes are accounts 000000000001, 000000000002 (one inside it), and so on


@contextmanager
def sandbox(copy: bool = False) -> Iterator[None]:
    """Until the block ends, every call of every client goes to a DynamoDB that the lab knows nothing of.

    It is empty, or with `copy` begins with a copy of the tables that calls reached before (of the moto engine
    or of an outer sandbox). What those hold is out of reach, whatever the block does.
    """
    outer = wiring.attached()
    source = account_in_force()
    inside = source is not None and int(source) < int(moto.ACCOUNT)
    account = f"{int(source) + 1 if inside else _FIRST:012}"
    if copy:
        moto.copy_state(source or moto.ACCOUNT, account)
    else:
        moto.empty(account)
    wiring.attach(moto.engine(account), Credentials("lab", "lab"))
    try:
        yield
    finally:
        wiring.attach(*outer)
        moto.empty(account)


def account_in_force() -> str | None:
    """The account whose tables calls reach now; None where no moto engine answers them."""
    return getattr(wiring.attached()[0], "account", None)
