"""Geometry and network kernels on plain arrays: frames, straight-line neighbours, streets, reach, siting.

Knows nothing of plans, cities or tables; refuses anything that is not an array of numbers.
"""
