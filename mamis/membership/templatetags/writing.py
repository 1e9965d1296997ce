"""届出の頁の札：段階の住所、項目の指摘。"""

from collections.abc import Iterable

from django import template

from mamis.membership.moving import Moving
from mamis.membership.rules import Remark

register = template.Library()


@register.inclusion_tag("membership/remark.html")
def remark(remarks: Iterable[Remark], item: str) -> dict[str, list[Remark]]:
    """その項目の指摘。なければ、何も出さない。"""
    return {"remarks": [one for one in remarks or () if one.item == item]}


@register.simple_tag
def step_url(moving: Moving, step: str) -> str:
    """その届出の、その段階の住所。"""
    return moving.address(step)
