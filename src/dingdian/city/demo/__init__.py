"""The embedded demo cities: real boundaries and census (`jinan-demo` real streets too); everything about providers and money
invented.

Package data only, written by ``demo/build.py``. It holds no code and refuses to pass for a real register: every
invented name says 示例 or （合成）, and ``city.yaml`` lists which tables are synthetic.
"""
