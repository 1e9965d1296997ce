"""届け出ること。"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from mamis.associations.models import Staff
from mamis.membership.rules import Reason, Seats


@dataclass(frozen=True)
class WorkWanted:
    """変わったあとの主たる施設と施設業務。一覧にない施設は、名と都道府県を書く（未定）。"""

    facility_id: int | None = None
    unlisted_name: str = ""
    prefecture_code: str = ""
    duty: str = ""


@dataclass(frozen=True)
class Request:
    """医師が届け出ること。`after` は、望む在籍のすべて（医師会 → 会員区分）。

    `facts` は会員情報のうち変わるもの（Doctor の列の名か、医籍の項目の名から、打たれた値へ）。
    `evidence_id` は、それを証明する書類の写し。
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
