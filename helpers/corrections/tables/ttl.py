"""UpdateTimeToLive, DescribeTimeToLive. Nothing expires here: AWS promises no more than "within a few days"."""

import time

from ..errors import refuse_if
from .descriptions import existing

SETTLING_SECONDS = 3600  # API UpdateTimeToLive: further changes are refused while one is under way


def update_ttl(request: dict, forward, backend) -> dict:
    table = existing(request, backend)
    asked, current = request["TimeToLiveSpecification"], table.ttl.get("AttributeName")
    refuse_if(
        current and asked["AttributeName"] != current,
        f"TimeToLive is active on a different AttributeName: current AttributeName is {current}",
    )
    refuse_if(
        bool(current) == asked["Enabled"], f"TimeToLive is already {'enabled' if current else 'disabled'}"
    )
    refuse_if(
        time.monotonic() < getattr(table, "ttl_settled", 0),
        "Time to live has been modified multiple times within a fixed interval",
    )
    table.ttl_settled = time.monotonic() + SETTLING_SECONDS
    table.ttl = {"TimeToLiveStatus": "DISABLED"}
    if asked["Enabled"]:
        table.ttl = {"TimeToLiveStatus": "ENABLED", "AttributeName": asked["AttributeName"]}
    return {"TimeToLiveSpecification": asked}


def describe_ttl(request: dict, forward, backend) -> dict:
    return {"TimeToLiveDescription": existing(request, backend).ttl}
