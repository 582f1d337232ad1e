"""PartiQL: statements are read and rewritten into what the other operations are made of.

statements reads them · selects makes queries and scans of SELECT · execution does the others, alone, in batches and
in transactions
"""
