"""What `city.yaml` of the Jinan city says: which tables are invented, whence each comes, under which licence."""

from __future__ import annotations

from common import AS_OF, CELL_M, CITY
from writing import Heading, Notes

_NOTES: Notes = {}


def _note(synthetic: bool, source: str, licence: str, *tables: str) -> None:
    _NOTES.update(dict.fromkeys(tables, (synthetic, source, licence)))


_note(
    False,
    "区县：第七次全国人口普查分区县数据；乡镇街道：modood/Administrative-divisions-of-China；面积按边界计算",
    "MIT; WTFPL",
    "units",
)
_note(False, "第七次全国人口普查分区县数据（leiii/census）", "MIT", "residents")
_note(
    False,
    "模型推算：普查区县总数（真实）按路网节点密度与 WorldPop 2020 分配到 500 米格网；居住位置非实测",
    "MIT; ODbL 1.0; CC BY 4.0",
    "population",
)
_note(
    False,
    "© OpenStreetMap contributors（经 huiminren/MTrajRec 发布）",
    "ODbL 1.0",
    "network_nodes",
    "network_edges",
)
_note(False, "公开资料引用的全国数值，待核实", "事实数据", "reference")
_note(
    True,
    "合成示例数据，非真实机构",
    "Apache-2.0",
    "beds",
    "staff",
    "activity",
    "scores",
    "events",
    "releases",
)
_note(
    True,
    "合成示例数据，机构总数与官方公布数一致；坐标沿 OpenStreetMap 路网随机生成",
    "Apache-2.0；坐标 ODbL 1.0",
    "providers",
    "applications",
)
_note(True, "合成示例数据：常住人口乘以假设的参保率", "Apache-2.0", "insured")
_note(True, "合成示例数据", "Apache-2.0", "fund", "warnings", "facts")


HEADING = Heading(
    id="jinan-demo",
    name="济南示例城（部分数据为合成）",
    pooling_area=CITY,
    as_of=AS_OF,
    population_cell_m=CELL_M,
    notes=_NOTES,
)
