"""医師の画面を見る前に、事務局が書くこと。"""

from django import forms

from mamis.fields import TextField


class ViewingForm(forms.Form):
    """見るわけ。そのままの文が医師に見える。"""

    reason = TextField(
        label="見るわけ",
        max_length=200,
        help_text="このままの文が、先生のマイページの「事務局による閲覧」に出ます。"
        "例：修了証の受け取り方について、お電話でご相談があったため",
    )
