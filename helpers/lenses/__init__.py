"""Context managers around ordinary boto3 calls: see what a call did, what it cost, how it failed.

with calls() as made:
    table.get_item(Key={"customer_id": "CUST-1001", "product_id": "SAV-01"})
made
"""

from helpers.lenses.calls import calls
from helpers.lenses.meter import meter
from helpers.lenses.race import race
from helpers.lenses.replicas import replicas
from helpers.lenses.throttle import throttle
from helpers.lenses.wire import wire

__all__ = ["calls", "meter", "race", "replicas", "throttle", "wire"]
