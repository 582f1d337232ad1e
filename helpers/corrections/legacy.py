"""The parameters that expressions replaced in 2014, turned into the same objects as expressions.

    condition(conditions, operator, what) -> Condition      Expected, QueryFilter, ScanFilter, ConditionalOperator
    update(attribute_updates) -> Update                     AttributeUpdates
    projection(attributes) -> Projection                    AttributesToGet
    key_condition(conditions, partition, sort) -> KeyCondition      KeyConditions
"""
