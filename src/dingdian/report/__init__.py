"""Documents and pictures made from a finished run: tables, a workbook, a map, layers, the annual plan, one page.

Nothing here decides, counts or rounds a result; it prints what the loop has said, with its clause, dates and readings.
Entry point: ``dingdian.report.output.write_run``.
"""
