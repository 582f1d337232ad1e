"""The limits that botocore's model of the service states too are the same there; the others fit together."""

import botocore.session
import pytest

from helpers.rules import item_size, limits, number_size


@pytest.fixture(scope="module")
def shape():
    return botocore.session.get_session().get_service_model("dynamodb").shape_for


@pytest.mark.parametrize(
    ("name", "bound", "limit"),
    [
        ("TableName", "min", limits.TABLE_NAME_MIN_CHARACTERS),
        ("TableName", "max", limits.TABLE_NAME_MAX_CHARACTERS),
        ("IndexName", "min", limits.TABLE_NAME_MIN_CHARACTERS),
        ("IndexName", "max", limits.TABLE_NAME_MAX_CHARACTERS),
        ("KeySchemaAttributeName", "max", limits.KEY_AND_INDEXED_ATTRIBUTE_NAME_MAX_CHARACTERS),
        ("AttributeName", "max", limits.ATTRIBUTE_NAME_MAX_BYTES),
        ("KeyList", "max", limits.BATCH_GET_MAX_ITEMS),
        ("WriteRequests", "max", limits.BATCH_WRITE_MAX_ITEMS),
        ("BatchGetRequestMap", "max", limits.BATCH_GET_MAX_ITEMS),
        ("BatchWriteItemRequestMap", "max", limits.BATCH_WRITE_MAX_ITEMS),
        ("TransactGetItemList", "max", limits.TRANSACTION_MAX_ITEMS),
        ("TransactWriteItemList", "max", limits.TRANSACTION_MAX_ITEMS),
        ("ListTablesInputLimit", "max", limits.LIST_TABLES_MAX_PAGE),
        ("PartiQLStatement", "max", limits.STATEMENT_MAX_CHARACTERS),
        ("PartiQLBatchRequest", "max", limits.STATEMENT_BATCH_MAX_ITEMS),
        ("ParameterizedStatements", "max", limits.TRANSACTION_MAX_ITEMS),
        ("NonKeyAttributeNameList", "max", limits.INCLUDED_ATTRIBUTES_PER_INDEX),
    ],
)
def test_botocores_model_states_the_same_limit(shape, name, bound, limit):
    assert shape(name).metadata[bound] == limit


def test_the_largest_and_the_smallest_number_are_sized():
    assert number_size("9." + "9" * 37 + f"E{limits.NUMBER_MAX_POWER_OF_TEN}") <= limits.NUMBER_MAX_BYTES
    assert number_size(f"1E{limits.NUMBER_MIN_POWER_OF_TEN}") == 2


def test_sizes_are_binary():
    assert limits.ITEM_MAX_BYTES == 409_600
    assert limits.PAGE_MAX_BYTES == 1_048_576
    assert item_size({"a": "x" * (limits.ITEM_MAX_BYTES - 1)}) == limits.ITEM_MAX_BYTES
