"""Who did what when: writers side by side, one row a step. The race lens draws its schedules with it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Step:
    """One call of one writer.

    writer: its name, which heads its lane. operation: "GetItem". summary: what was read or written, in a few words.
    item_after: the item as the table holds it after this step; None where there is none.
    outcome: "ok", or the name of the error that DynamoDB answered.
    """

    writer: str
    operation: str
    summary: str = ""
    item_after: Mapping[str, Any] | None = None
    outcome: str = "ok"
