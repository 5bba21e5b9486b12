"""A city's plan as data: clauses, provisions, readings, dates; the loader, lint, tests and read-back of packs.

A pack is YAML and paraphrases each clause in our own words with its locator. Nothing here evaluates a rule: that is
what the kinds in ``provisions`` do.
"""
