"""届け出ること。"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from mamis.associations.models import JoinItem, Staff
from mamis.files.models import StoredFile
from mamis.membership.models import SheetAnswer
from mamis.membership.rules import Reason, Seats


@dataclass(frozen=True)
class WorkWanted:
    """変わったあとの主たる施設と施設業務。一覧にない施設は、名と都道府県を書く（未定）。"""

    facility_id: int | None = None
    unlisted_name: str = ""
    prefecture_code: str = ""
    duty: str = ""


@dataclass(frozen=True)
class Answer:
    """医師会の尋ねたことと、その答え。尋ねたときの言葉を持つ。"""

    item: JoinItem
    label: str
    is_required: bool
    words: str = ""
    file: StoredFile | None = None

    @property
    def is_missing(self) -> bool:
        """要る答えがないか。"""
        return self.is_required and not self.words and self.file is None


def answer_to(item: JoinItem, *, words: str = "", file: StoredFile | None = None) -> Answer:
    """いま尋ねていることへの答え。"""
    return Answer(item, item.label, item.is_required, words, file)


def answered_before(written: SheetAnswer) -> Answer:
    """前の申請書の答え。尋ねたときの言葉のままで。"""
    return Answer(written.item, written.label, written.is_required, written.words, written.file)


@dataclass(frozen=True)
class Request:
    """医師が届け出ること。`after` は、望む在籍のすべて（医師会 → 会員区分）。

    `facts` は会員情報のうち変わるもの（Doctor の列の名か、医籍の項目の名から、打たれた値へ）。
    `evidence_id` は、それを証明する書類の写し。`answers` は、新しく入会する医師会の尋ねることへの答え。
    `is_asked` は、それを尋ねる届出か（研修医の名簿からの入会には、尋ねる画面がない）。
    """

    after: Seats
    effective_on: date
    reasons: tuple[Reason, ...] = ()
    causes: tuple[str, ...] = ()
    work: WorkWanted | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    note: str = ""
    delegates: str = ""
    evidence_id: int | None = None
    answers: tuple[Answer, ...] = ()
    is_asked: bool = True


@dataclass(frozen=True)
class Paper:
    """紙の届出であること：紙の日付と、その写し。"""

    paper_on: date
    scan_id: int | None = None


@dataclass(frozen=True)
class Entered:
    """代行入力：その紙と、だれが、どの医師会として打ったか。"""

    paper: Paper
    by: Staff
