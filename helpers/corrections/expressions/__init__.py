"""The expressions of DynamoDB: text to functions of an item.

grammar reads them · conditions binds placeholders and judges items · documents are paths into items and projections ·
updates change an item · key_conditions say which stretch a Query reads
"""
