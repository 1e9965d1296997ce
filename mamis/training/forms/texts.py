"""差し戻しの文例に書くこと。"""

from django import forms

from mamis.fields import TextField


class ReturnTextForm(forms.Form):
    """文例の題と文。"""

    title = TextField(label="題", max_length=60, help_text="差し戻すときに、この題で選びます。例：活動した日の確認")
    body = TextField(
        label="文", lines=True, max_length=2000, help_text="差し戻すときに、先生ごとに書き足したり直したりできます。"
    )
