"""書きかけの届出：医師のものと、事務局が紙から写しているもの。"""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from mamis.associations.models import Staff
from mamis.doctors.models import Doctor
from mamis.wizard.models import Draft
from mamis.wizard.queries import draft_of, drafts_of

DRAFT = "membership"
PAPER_DRAFT = "membership-paper"
PROFILE_DRAFT = "profile"


def draft(doctor: Doctor, subject: str, at: datetime) -> Draft | None:
    """書きかけの届出。"""
    return draft_of(doctor.user_id, DRAFT, subject, at) if doctor.user_id else None


def drafts(doctor: Doctor, at: datetime) -> list[Draft]:
    """書きかけの届出のすべて。"""
    return list(drafts_of(doctor.user_id, DRAFT, at)) if doctor.user_id else []


def paper_subject(staff: Staff, doctor: Doctor, name: str) -> str:
    """代行入力の下書きの対象：どの医師会で、どの医師の、どの紙（手続きの名か、直す届出の受付番号）か。"""
    return f"{staff.association_id}/{doctor.pk}/{name}"


def paper_draft(staff: Staff, doctor: Doctor, name: str, at: datetime) -> Draft | None:
    """その人の、その紙の下書き。"""
    return draft_of(staff.user_id, PAPER_DRAFT, paper_subject(staff, doctor, name), at)


@dataclass(frozen=True)
class PaperDraft:
    """書きかけの代行入力：下書きと、だれの、どの紙か。"""

    draft: Draft
    doctor: Doctor
    name: str


def paper_drafts(staff: Staff, doctors: QuerySet[Doctor], at: datetime) -> list[PaperDraft]:
    """その人がその医師会として書きかけている代行入力。最後に書いた順。"""
    mine = drafts_of(staff.user_id, PAPER_DRAFT, at).filter(subject__startswith=f"{staff.association_id}/")
    parts = [(one, one.subject.split("/")) for one in mine]
    found = doctors.in_bulk({int(pk) for _, (_, pk, _) in parts})
    return [PaperDraft(one, found[int(pk)], name) for one, (_, pk, name) in parts if int(pk) in found]
