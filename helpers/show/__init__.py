"""Pictures of items, tables and what calls did to them. Each has a plain-text form that says the same.

Importing this package costs nothing: a picture's module is loaded when the picture is asked for, and
pandas and matplotlib only when a chart is drawn.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .changes import before_after
    from .charts import bars, figure, lines
    from .explorers import explorer
    from .item_collections import collections
    from .items import cards, rows
    from .partitions import falling, heat, partition_bars, throttled, throttled_over_time
    from .picture import Picture
    from .size_bars import sizes
    from .timelines import Step, timeline
    from .transactions import transaction
    from .wire_forms import three_ways

# No module is named like a picture: importing it would put the module in the picture's place.
_HOMES = {
    "Picture": "picture",
    "Step": "timelines",
    "bars": "charts",
    "before_after": "changes",
    "cards": "items",
    "collections": "item_collections",
    "explorer": "explorers",
    "falling": "partitions",
    "figure": "charts",
    "heat": "partitions",
    "lines": "charts",
    "partition_bars": "partitions",
    "rows": "items",
    "sizes": "size_bars",
    "three_ways": "wire_forms",
    "throttled": "partitions",
    "throttled_over_time": "partitions",
    "timeline": "timelines",
    "transaction": "transactions",
}

__all__ = [
    "Picture",
    "Step",
    "bars",
    "before_after",
    "cards",
    "collections",
    "explorer",
    "falling",
    "figure",
    "heat",
    "lines",
    "partition_bars",
    "rows",
    "sizes",
    "three_ways",
    "throttled",
    "throttled_over_time",
    "timeline",
    "transaction",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no picture named {name!r}")
    value = getattr(import_module(f".{_HOMES[name]}", __name__), name)
    globals()[name] = value  # the next look-up does not come here
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
