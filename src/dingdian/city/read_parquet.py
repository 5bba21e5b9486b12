"""Parquet tables. Types in the file are taken at their word; money is yuan here as everywhere outside memory.
"""

from __future__ import annotations

from pathlib import Path

from dingdian.city.raw import RawTable
from dingdian.problems import Problem
from dingdian.terms import Text


def read_parquet(table: str, path: Path, problems: list[Problem]) -> RawTable | None:
    """The cells of a Parquet file, or None with the problem added."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        data = pq.ParquetFile(path).read()
        columns = tuple(data.column(position).to_pylist() for position in range(data.num_columns))
    except (pa.ArrowException, OSError, ValueError) as error:
        problems.append(Problem(
            code="bad_parquet", file=path.name, table=table, value=str(error).splitlines()[0][:120] if str(error) else "",
            message=Text("不是完整的 Parquet 文件", "not a sound Parquet file"),
            remedy=Text("重新导出该文件", "export the file again"),
        ))
        return None
    return RawTable(table=table, file=path.name, headings=tuple(data.column_names), columns=columns,
                    rows=range(2, data.num_rows + 2))
