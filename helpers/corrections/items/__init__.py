"""Items: kept, read, written and paid for.

storage keeps them in order · single gets, puts, updates and deletes one · batches · transactions · queries reads many ·
consumed is the bill
"""
