"""The field's formulas, arrays in, arrays out; usable without a city or a plan.

Each function names its source and convention. Nothing here reads a file, a clock or a table.
"""
