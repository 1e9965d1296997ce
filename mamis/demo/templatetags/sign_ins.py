"""練習用のログインの表を、ログインの画面に出す。"""

from django import template

from mamis.demo import people

register = template.Library()


@register.simple_tag
def demo_sign_ins() -> tuple[people.SignIn, ...]:
    """練習用のログイン。"""
    return people.sign_ins()


@register.simple_tag
def demo_password() -> str:
    """練習用のパスワード。"""
    return people.PASSWORD
