"""What a kind of clause means: one file per kind, with its fields, its evaluation and its sentences.

A kind knows nothing of a particular city's plan and nothing of files. It is given facts (a :class:`Ground`) and a case, and
answers with a judgement or with measures; where a fact is missing it answers ``undetermined``.
"""
