"""Arithmetic that AWS documents, as pure functions: sizes of items, capacity units, limits."""

from . import limits
from .capacity import fetch_units, index_write_units, query_units, read_units, write_units
from .numerals import number_size
from .sizes import item_size
from .typed import wire_size

__all__ = [
    "fetch_units",
    "index_write_units",
    "item_size",
    "limits",
    "number_size",
    "query_units",
    "read_units",
    "wire_size",
    "write_units",
]
