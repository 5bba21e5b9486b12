"""Empty forms of a city: a folder of CSV files with headings and a commented ``city.yaml``, and one workbook.

An unfilled form gives clear errors when it is read; a filled one reads. Nothing in it is an example value
that could be mistaken for data.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from dingdian.city.meta import KEYS
from dingdian.city.tables import TABLES
from dingdian.city.write import replace_file, replace_folder
from dingdian.city.write_workbook import (
    add_lists,
    open_book,
    write_codes,
    write_headings,
    write_meta,
    write_notes,
)
from dingdian.terms import FRAMES

WORKBOOK = "template.xlsx"
ROWS_WITH_LISTS = 5000

CITY_YAML = """\
# 城市数据说明。冒号后留一个空格；代码加引号；填好后删去不需要的行。
# What these data are. One blank after each colon; quote codes.

id:              # 标识：小写字母、数字、连字符，如 jinan-2026 · lower case letters, digits, hyphens
name:            # 名称 · name
pooling_area:    # 统筹区代码，加引号，如 "370100"；须见于 units 表 · code of the pooling area, quoted; stands in units
as_of:           # 数据日期，如 2026-08-31 · date of the data
frame:           # 工作坐标系 · working frame: {frames}

# 人口格网边长（米）；没有格网请删去 · side of a population cell in metres; delete without a grid
# population_cell_m: 500
# 仅当使用 population.tif：insured 参保人，resident 常住人口 · only with population.tif
# population_basis: resident

# 哪些表的数据行是合成（虚构）的 · tables whose rows are invented
# synthetic:
#   providers: false

# 确无记录的表（空表不等于没有：没有预警函、没有退出时请在此写明）· tables known to be empty
# known_empty: [warnings, releases]

# 确实没有记录的事件类表（没有发过预警函、没有退出……）；不写则视为未提供 · tables of which there is nothing to report
# known_empty: [warnings]

# 每张表的来源与许可 · where each table is from and what may be done with it
# sources:
#   - table: providers
#     source: 市医保局定点机构名录
#     licence: 内部使用
"""


def write_template(directory: str | Path) -> None:
    """Write the forms into ``directory``, which must be empty or not exist yet.

    Raises
    ------
    BadData
        When it holds anything.
    """
    replace_folder(Path(directory), _fill)


def write_workbook_template(path: str | Path) -> None:
    """Write the workbook alone."""
    replace_file(Path(path), _workbook)


def _fill(folder: Path) -> None:
    (folder / "city.yaml").write_text(CITY_YAML.format(frames=", ".join(FRAMES)), encoding="utf-8")
    for name, table in TABLES.items():
        (folder / f"{name}.csv").write_text(",".join(table.column_names) + "\n", encoding="utf-8")
    _workbook(folder / WORKBOOK)


def _workbook(path: Path) -> None:
    book = open_book(path, date(2026, 1, 1))
    write_notes(book, ())
    write_meta(book, [(key, "", "", "") for key in KEYS if key != "population_basis"], synthetic=False)
    for table in TABLES.values():
        sheet = book.file.add_worksheet(table.zh)
        columns = list(table.columns)
        write_headings(book, sheet, table, columns)
        add_lists(book, sheet, columns, ROWS_WITH_LISTS)
    write_codes(book)
    book.file.close()
