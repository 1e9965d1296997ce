"""届出を書く頁の札：段階の住所。"""

from django import template

from mamis.membership.moving import Moving

register = template.Library()


@register.simple_tag
def step_url(moving: Moving, step: str) -> str:
    """その届出の、その段階の住所。"""
    return moving.address(step)
