"""代理を頼む画面と、引き受ける画面に打たれたもの。"""

from django import forms

from mamis.accounts.forms import MailAddressField, NewPassword
from mamis.doctors.rules import ACT_LABELS, RELATION_LABELS, Act
from mamis.fields import ChoiceField, DateField3, TextField, TickField
from mamis.fields.dates import HINT


class DelegationTerms(forms.Form):
    """代理の期限と、してよいこと。"""

    last_on = DateField3(
        label="代理の期限", help_text=f"この日まで、代わりに手続きができます。一年以内の日にしてください。{HINT}"
    )
    may_submit = TickField(
        label=f"{ACT_LABELS[Act.SUBMIT]}ことも任せる",
        required=False,
        help_text="チェックを入れないときは、下書きまでができ、申請は先生ご自身が行います。",
    )


class DelegateInvitation(DelegationTerms):
    """代理を頼む画面。"""

    name = TextField(label="頼む人の氏名", max_length=100)
    relation = ChoiceField(label="先生とのあいだがら", choices=RELATION_LABELS.items(), widget=forms.RadioSelect)
    mail_address = MailAddressField(
        label="頼む人のメールアドレス",
        help_text="この方だけが読めるアドレスにしてください。引き受けるためのリンクが届きます。",
    )
    field_order = ("name", "relation", "mail_address", "last_on", "may_submit")


class NewDelegate(NewPassword):
    """ログインのない人が、代理を引き受ける画面。"""

    name = TextField(label="あなたの氏名", max_length=100, help_text="代理としてしたことに、この氏名が残ります。")
    field_order = ("name", "new_password", "again")
