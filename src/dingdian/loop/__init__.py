"""The loop a plan names itself — 测算 · 比对 · 论证 · 确定 — one module per verb: measure, compare, justify, decide.

Each is a pure function of plan, city and date; none knows a formula of its own or a file.
"""
