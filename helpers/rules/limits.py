"""The limits of DynamoDB as named constants. Bytes unless the name says otherwise; 1 KB is 1,024 bytes.

Pages of the Amazon DynamoDB Developer Guide, docs.aws.amazon.com/amazondynamodb/latest/developerguide/:

    Constraints                 Constraints.html
    Service quotas              ServiceQuotas.html
    Item sizes                  CapacityUnitCalculations.html
    Read and write operations   read-write-operations.html
    Naming rules, data types    HowItWorks.NamingRulesDataTypes.html
    Partition key design        bp-partition-key-design.html
    Burst and adaptive          burst-adaptive-capacity.html
    On-demand mode              on-demand-capacity-mode.html
"""

KB = 1024
MB = 1024 * KB
GB = 1024 * MB

# What one capacity unit buys. Read and write operations.
READ_UNIT_BYTES = 4 * KB
WRITE_UNIT_BYTES = 1 * KB

# Items and attributes. Constraints, "Items" and "Attributes"; Naming rules, data types, "Number".
ITEM_MAX_BYTES = 400 * KB
PARTITION_KEY_MAX_BYTES = 2048
SORT_KEY_MAX_BYTES = 1024
ATTRIBUTE_NAME_MAX_BYTES = 64 * KB - 1
KEY_AND_INDEXED_ATTRIBUTE_NAME_MAX_CHARACTERS = 255
NESTING_MAX_LEVELS = 32
NUMBER_MAX_DIGITS = 38
NUMBER_MAX_POWER_OF_TEN = 125
"""The first digit of 9.9999999999999999999999999999999999999E+125, the largest number."""
NUMBER_MIN_POWER_OF_TEN = -130
"""The only digit of 1E-130, the smallest number above zero."""

# Sizes of values. Item sizes.
DOCUMENT_OVERHEAD_BYTES = 3
DOCUMENT_ELEMENT_OVERHEAD_BYTES = 1
NUMBER_MAX_BYTES = 21
STORAGE_BILLED_PER_ITEM_BYTES = 100
"""Added to each item on the storage bill. Never part of an item's size or of its capacity units."""

# Requests. Constraints, "API-specific constraints" and "DynamoDB transactions"; API Reference for statements.
PAGE_MAX_BYTES = 1 * MB
BATCH_GET_MAX_ITEMS = 100
BATCH_GET_MAX_BYTES = 16 * MB
BATCH_WRITE_MAX_ITEMS = 25
BATCH_WRITE_MAX_BYTES = 16 * MB
TRANSACTION_MAX_ITEMS = 100
TRANSACTION_MAX_BYTES = 4 * MB
TRANSACTION_TOKEN_VALID_SECONDS = 10 * 60
LIST_TABLES_MAX_PAGE = 100
STATEMENT_MAX_CHARACTERS = 8192
STATEMENT_BATCH_MAX_ITEMS = 25

# Expressions. Constraints, "Expression parameters".
EXPRESSION_MAX_BYTES = 4 * KB
EXPRESSION_MAX_OPERATORS = 300
EXPRESSION_SUBSTITUTIONS_MAX_BYTES = 2 * MB
PLACEHOLDER_MAX_CHARACTERS = 255
IN_MAX_OPERANDS = 100

# Tables and indexes. Service quotas; Constraints, "Secondary indexes" and "Naming rules"; API, Projection.
TABLE_NAME_MIN_CHARACTERS = 3
TABLE_NAME_MAX_CHARACTERS = 255
TABLES_PER_REGION = 2500
LOCAL_INDEXES_PER_TABLE = 5
GLOBAL_INDEXES_PER_TABLE = 20
INCLUDED_ATTRIBUTES_PER_INDEX = 20
PROJECTED_ATTRIBUTES_PER_TABLE = 100
"""The included attributes of all indexes together; an attribute in two of them counts twice."""
ITEM_COLLECTION_MAX_BYTES = 10 * GB
"""Only in a table with a local secondary index: all items of one partition key and their index entries."""
TABLE_MAX_READ_UNITS = 40_000
TABLE_MAX_WRITE_UNITS = 40_000
ACCOUNT_MAX_READ_UNITS = 80_000
"""Of all provisioned tables and their global indexes together, in one Region."""
ACCOUNT_MAX_WRITE_UNITS = 80_000

# Partitions. Partition key design; Burst and adaptive.
PARTITION_MAX_READ_UNITS = 3_000
PARTITION_MAX_WRITE_UNITS = 1_000
PARTITION_MAX_BYTES = 10 * GB
BURST_SECONDS = 300

# A new on-demand table. On-demand mode.
ON_DEMAND_NEW_TABLE_READ_UNITS = 12_000
ON_DEMAND_NEW_TABLE_WRITE_UNITS = 4_000
