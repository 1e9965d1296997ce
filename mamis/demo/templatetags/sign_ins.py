"""練習用のログインの表を、ログインの画面に出す。"""

from datetime import date

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


@register.simple_tag
def demo_licence() -> people.Card:
    """利用者登録を試すための、医師免許証。"""
    return people.UNREGISTERED


@register.simple_tag
def demo_registered_on() -> date:
    """その医籍登録年月日。"""
    return people.REGISTERED_ON
