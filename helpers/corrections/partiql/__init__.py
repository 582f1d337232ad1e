"""PartiQL: statements are read into what the other operations are made of, and those do the work.

tokens · grammar reads expressions · conditions binds those of WHERE · statements reads statements · selects makes
queries and scans of SELECT · execution does the others, alone, in batches and in transactions
"""
