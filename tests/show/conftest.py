from decimal import Decimal

import pytest

from helpers import show

PRODUCTS = [
    {"customer_id": "CUST-1001", "product_id": "SAV-01", "type": "savings", "balance": Decimal("1500.50")},
    {"customer_id": "CUST-1001", "product_id": "CARD-01", "type": "card", "limit": Decimal("3000")},
    {"customer_id": "CUST-1002", "product_id": "SAV-01", "type": "savings", "tags": {"b", "a"}, "note": ""},
]
ACTIONS = [
    {
        "Update": {
            "TableName": "Accounts",
            "Key": {"account_id": "A-1"},
            "UpdateExpression": "SET #b = #b - :n",
            "ConditionExpression": "#b >= :n",
            "ExpressionAttributeNames": {"#b": "balance"},
            "ExpressionAttributeValues": {":n": 500},
        }
    },
    {"Put": {"TableName": "Transfers", "Item": {"transfer_id": "T-9"}}},
]
REASONS = [
    {
        "Code": "ConditionalCheckFailed",
        "Message": "The conditional request failed",
        "Item": {"account_id": {"S": "A-1"}, "balance": {"N": "100"}},
    },
    {"Code": "None"},
]
STEPS = [
    show.Step("Alice", "GetItem", "balance 100", {"id": "A-1", "balance": 100}),
    show.Step("Bob", "PutItem", "balance 80", {"id": "A-1", "balance": 80}),
    show.Step(
        "Alice", "PutItem", "balance 70", {"id": "A-1", "balance": 80}, "ConditionalCheckFailedException"
    ),
]


@pytest.fixture
def every_picture() -> dict[str, show.Picture]:
    """One of each, drawn from data that uses every part of it."""
    return {
        "cards": show.cards(PRODUCTS),
        "rows": show.rows(PRODUCTS, key=("customer_id", "product_id")),
        "collections": show.collections(PRODUCTS, "customer_id", "product_id"),
        "sizes": show.sizes(PRODUCTS[2]),
        "three_ways": show.three_ways(PRODUCTS[0]),
        "before_after": show.before_after(PRODUCTS[0], PRODUCTS[1]),
        "transaction": show.transaction(REASONS, ACTIONS),
        "transaction, done": show.transaction(None, ACTIONS),
        "timeline": show.timeline(STEPS, title="A race.", verdict="Nothing is lost."),
    }
