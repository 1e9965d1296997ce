"""入力欄。どの欄も、読めない文字を断り、名のある幅にならし、直し方を日本語で言う。"""

from mamis.fields.choices import ChoiceField, MultipleChoiceField, TickField
from mamis.fields.conditions import Condition, Conditions, Words
from mamis.fields.dates import DateField3
from mamis.fields.text import HalfWidthField, KatakanaField, TextField

__all__ = (
    "ChoiceField",
    "Condition",
    "Conditions",
    "DateField3",
    "HalfWidthField",
    "KatakanaField",
    "MultipleChoiceField",
    "TextField",
    "TickField",
    "Words",
)
