"""届出を書く机：先生（と代理の人）のマイページと、紙を写す事務局。段階の頁は、どちらの机でも同じである。"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.timezone import localdate

from mamis.associations.models import Association
from mamis.doctors.doors import keep_deed
from mamis.doctors.models import Doctor
from mamis.doctors.rules import Act, Deed
from mamis.files.operations import forget_held
from mamis.membership import policy, queries
from mamis.membership.models import Application, MembershipCategory, Sheet, SheetAnswer
from mamis.membership.moving import Moving
from mamis.membership.operations import (
    SeatsClaimed,
    enter_application,
    reenter_application,
    resubmit_application,
    submit_application,
)
from mamis.membership.steps import PRINTED
from mamis.wizard.models import Draft
from mamis.wizard.operations import discard_draft, write_draft
from mamis.workflow.table import NotAllowed

Change = Callable[[dict[str, Any]], None]


@dataclass(frozen=True)
class Words:
    """机ごとに違う言葉。"""

    not_yet: str
    cannot: str
    before: str
    then: str
    kept: str


@dataclass(frozen=True)
class DoctorDesk:
    """先生のマイページ。代理の人も、ここで書く。"""

    request: HttpRequest

    is_office: ClassVar[bool] = False
    association_id: ClassVar[None] = None
    base: ClassVar[str] = "mypage.html"
    words: ClassVar[Words] = Words(
        not_yet="まだ申請していません。",
        cannot="このままでは申請できません",
        before="申請の前に",
        then="申請すると",
        kept="下書きを残しました。30 日のあいだ、マイページTOPから続けられます。",
    )

    @property
    def doctor(self) -> Doctor:
        return self.request.doctor

    @property
    def owner_id(self) -> int | None:
        return self.doctor.user_id

    @property
    def home(self) -> str:
        """書くのをやめて戻るところ。"""
        return reverse("mypage_home")

    @property
    def may_submit(self) -> bool:
        """申請まで進めるか。代理の人には、先生がそこまで許したときだけ。"""
        return self._delegation is None or self._delegation.may(Act.SUBMIT)

    @property
    def _delegation(self) -> Any:
        return getattr(self.request, "delegation", None)

    def beside(self, held: Iterable[MembershipCategory]) -> list[MembershipCategory]:
        """在籍のすべて。"""
        return list(held)

    def answers_on(self, sheet: Sheet) -> Iterable[SheetAnswer]:
        """先生の書いた答えのすべて。"""
        return queries.answers_of(sheet)

    def draft(self, name: str, at: datetime) -> Draft | None:
        """先生の下書き。"""
        return queries.draft(self.doctor, name, at)

    def begun_on_paper(self, name: str, at: datetime) -> dict[str, Any]:
        """紙はない。"""
        return {}

    def address(self, name: str, step: str) -> str:
        """段階の住所。"""
        return reverse("application_step", args=[name, step])

    def button(self, moving: Moving) -> str:
        """最終確認のボタン。"""
        return "もう一度申請する" if moving.application else moving.errand.button

    def keep(self, moving: Moving, step: str, change: Change) -> None:
        """下書きに残す。代理の人が書いたときは、その名も残る。"""

        def signed(answers: dict[str, Any]) -> None:
            change(answers)
            if self._delegation is not None and self.request.user.name not in answers.setdefault("delegates", []):
                answers["delegates"].append(self.request.user.name)

        write_draft(
            by=self.owner_id,
            kind=queries.DRAFT,
            subject=moving.subject,
            step=step,
            at=moving.at,
            start=moving.answers,
            change=signed,
        )
        keep_deed(self.request, Deed.WROTE, moving.subject if moving.application else "")

    def discard(self, moving: Moving) -> None:
        """下書きと、預かった添付を消す。"""
        discard_draft(by=self.owner_id, kind=queries.DRAFT, subject=moving.subject)
        forget_held(moving.uploads, by_user_id=self.owner_id)
        keep_deed(self.request, Deed.DISCARDED, moving.subject)

    def sent(self, moving: Moving) -> HttpResponse | None:
        """もう申請してあれば、その受付の頁。二度押したときに開く。"""
        sent = queries.last_live(moving.doctor)
        return redirect("mypage_application_receipt", sent.receipt_no) if sent else None

    def submit(self, moving: Moving) -> HttpResponse:
        """申請する。二度押しても、同じ受付の頁になる。"""
        by = self._delegation
        try:
            if moving.application is None:
                done = submit_application(moving.doctor, moving.request(), by=by, draft=moving.subject, at=moving.at)
            else:
                done = resubmit_application(moving.application, moving.request(), by=by, at=moving.at)
        except SeatsClaimed as refusal:
            if self.draft(moving.subject, moving.at) is None:
                return redirect("mypage_application_receipt", refusal.application.receipt_no)
            messages.error(self.request, str(refusal))
            return redirect("mypage_application", refusal.application.receipt_no)
        except NotAllowed:
            return redirect("mypage_application_receipt", moving.subject)
        keep_deed(self.request, Deed.SUBMITTED, done.receipt_no)
        return redirect("mypage_application_receipt", done.receipt_no)


@dataclass(frozen=True)
class OfficeDesk:
    """紙の届出を写す、事務局の机。書きかけは、写している本人だけが続けられる。"""

    request: HttpRequest
    doctor: Doctor

    is_office: ClassVar[bool] = True
    base: ClassVar[str] = "office.html"
    may_submit: ClassVar[bool] = True
    words: ClassVar[Words] = Words(
        not_yet="まだ受け付けていません。紙の届出と見比べてください。",
        cannot="このままでは受け付けられません",
        before="受け付ける前に",
        then="受け付けると",
        kept="書きかけを残しました。30 日のあいだ、この画面から続けられます。",
    )

    @property
    def association(self) -> Association:
        """どの医師会として写すか。"""
        return self.request.association

    @property
    def association_id(self) -> int:
        return self.association.pk

    @property
    def owner_id(self) -> int:
        return self.request.staff.user_id

    @property
    def home(self) -> str:
        """書くのをやめて戻るところ。"""
        return reverse("office_application_entry_new", args=[self.association.code])

    def beside(self, held: Iterable[MembershipCategory]) -> list[MembershipCategory]:
        """この医師会と、その上と下の在籍。"""
        return queries.beside(self.association, held)

    def answers_on(self, sheet: Sheet) -> Iterable[SheetAnswer]:
        """この医師会の尋ねたことへの答え。この医師会が写した紙なら、すべて。"""
        return policy.answers_retypable_by(self.request.staff, sheet)

    def draft(self, name: str, at: datetime) -> Draft | None:
        """この人が、この医師会として写している下書き。"""
        return queries.paper_draft(self.request.staff, self.doctor, name, at)

    def begun_on_paper(self, name: str, at: datetime) -> dict[str, Any]:
        """戻るのを待っている用紙に、刷ってあること。だれが刷ったものでもよい。"""
        ours = policy.printouts_of(self.request.staff, localdate(at))
        return queries.printed_answers(ours.filter(doctor=self.doctor, kind=PRINTED[name]), at)

    def address(self, name: str, step: str) -> str:
        """段階の住所。"""
        return reverse("office_application_step", args=[self.association.code, self.doctor.pk, name, step])

    def button(self, moving: Moving) -> str:
        """最終確認のボタン。"""
        return f"{'直した' if moving.application else ''}{moving.title}を受け付ける"

    def keep(self, moving: Moving, step: str, change: Change) -> None:
        """下書きに残す。"""
        write_draft(
            by=self.owner_id,
            kind=queries.PAPER_DRAFT,
            subject=self._subject(moving),
            step=step,
            at=moving.at,
            start=moving.answers,
            change=change,
        )

    def discard(self, moving: Moving) -> None:
        """下書きと、預かった写しと添付を消す。"""
        discard_draft(by=self.owner_id, kind=queries.PAPER_DRAFT, subject=self._subject(moving))
        forget_held(moving.uploads, by_user_id=self.owner_id)

    def _subject(self, moving: Moving) -> str:
        return queries.paper_subject(self.request.staff, self.doctor, moving.subject)

    def sent(self, moving: Moving) -> HttpResponse | None:
        """もう受け付けてあれば、その届出の頁。二度押したときに開く。"""
        live = queries.live(policy.visible_to(self.request.staff).filter(doctor=self.doctor))
        return self._opened(live[0]) if live else None

    def submit(self, moving: Moving) -> HttpResponse:
        """代行入力として受け付ける。"""
        request, paper, by = moving.request(), moving.paper.paper, self.request.staff
        if moving.application is None:
            done = enter_application(
                self.doctor,
                request,
                paper,
                by=by,
                draft=moving.subject,
                printed=PRINTED[moving.subject],
                at=moving.at,
            )
        else:
            done = reenter_application(moving.application, request, paper, by=by, at=moving.at)
        messages.success(self.request, received(done))
        return self._opened(done)

    def _opened(self, application: Application) -> HttpResponse:
        return opened(self.request, application)


def received(application: Application) -> str:
    """代行入力として受け付けたこと。"""
    return f"{application.doctor.name} 先生の{application.title}を受け付けました（受付番号 {application.receipt_no}）。"


def opened(request: HttpRequest, application: Application) -> HttpResponse:
    """受け付けた届出の頁。その医師会に段がなければ、一覧。"""
    if policy.visible_to(request.staff).filter(pk=application.pk).exists():
        return redirect("office_application", code=request.association.code, receipt_no=application.receipt_no)
    return redirect("office_applications", code=request.association.code)
