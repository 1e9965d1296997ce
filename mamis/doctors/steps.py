"""利用者登録の段階と、書きかけの一件。"""

from datetime import date, datetime
from typing import Any

from django.utils.timezone import localdate

from mamis.doctors.forms.registration import LicenceForm, WorkForm, applicant_of
from mamis.doctors.models import RegistrationLink
from mamis.doctors.operations import Applicant
from mamis.wizard.steps import Step, Wizard
from mamis.wizard.views import as_data, as_initial

STEPS = (
    Step("licence", "医籍と氏名", LicenceForm),
    Step("workplace", "勤務先とお住まい", WorkForm),
    Step("check", "内容の確認"),
)
FORMS: dict[str, Any] = {step.slug: step.form for step in STEPS if step.form}
SLUGS = frozenset(step.slug for step in STEPS)


class Writing:
    """書きかけの利用者登録。"""

    def __init__(self, link: RegistrationLink, at: datetime) -> None:
        self.link = link
        self.at = at
        self.wizard = Wizard(STEPS, link.answers)
        self.checked = {slug: form(as_data(self._kept(slug)), on=self.on) for slug, form in FORMS.items()}

    @property
    def on(self) -> date:
        return localdate(self.at)

    @property
    def needs_password(self) -> bool:
        """パスワードを決めるか。すでに利用者である人は、いまのパスワードのままでよい。"""
        return self.link.user_id is None

    def step_form(self, slug: str, data: Any = None) -> Any:
        """その段階の欄。打たれたものがなければ、残した答えを戻す。"""
        form = FORMS[slug]
        return form(data, on=self.on) if data is not None else form(on=self.on, initial=self._initial(slug))

    @property
    def first_open(self) -> str:
        """まだ正しく書けていない、はじめの段階。すべて書けていれば、確かめる段階。"""
        return next((slug for slug, form in self.checked.items() if not form.is_valid()), "check")

    @property
    def applicant(self) -> Applicant | None:
        """すべてがそろっていれば、申し込むこと。"""
        if self.first_open != "check":
            return None
        return applicant_of(*(form.cleaned_data for form in self.checked.values()))

    @property
    def prefecture_names(self) -> dict[str, str]:
        """選ばれた都道府県の名。"""
        form = self.checked["workplace"]
        return {
            name: dict(form.fields[name].choices)[chosen] if (chosen := form.cleaned_data[name]) else ""
            for name in ("work_prefecture", "home_prefecture")
        }

    def _kept(self, slug: str) -> dict[str, list[str]]:
        kept: dict[str, list[str]] = self.link.answers.get(slug, {})
        return kept

    def _initial(self, slug: str) -> dict[str, Any]:
        return as_initial(FORMS[slug], self._kept(slug))
