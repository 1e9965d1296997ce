"""医師会の種類、事務局の役割、施設業務、会員手続き、通知先とホームページの決まり。"""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from enum import IntEnum, StrEnum
from urllib.parse import urlsplit

from mamis.mail.rules import is_deliverable


class Tier(StrEnum):
    """三つの層。互いに独立した法人である（membership.md §2.1）。"""

    DISTRICT = "district"
    PREFECTURE = "prefecture"
    NATIONAL = "national"


TIER_LABELS = {
    Tier.DISTRICT: "郡市区等医師会",
    Tier.PREFECTURE: "都道府県医師会",
    Tier.NATIONAL: "日本医師会",
}


class Kind(StrEnum):
    """「郡市区等」の「等」（membership.md §2.2）。"""

    AREA = "area"
    UNIVERSITY = "university"
    ADMINISTRATION = "administration"
    OCCUPATION = "occupation"


KIND_LABELS = {
    Kind.AREA: "郡市区",
    Kind.UNIVERSITY: "大学",
    Kind.ADMINISTRATION: "行政",
    Kind.OCCUPATION: "職域",
}


class Role(IntEnum):
    """事務局での役割。大きいほうが小さいほうのできることをすべてできる。"""

    VIEWER = 1
    CLERK = 2
    ADMIN = 3


ROLE_LABELS = {Role.ADMIN: "管理者", Role.CLERK: "一般", Role.VIEWER: "閲覧"}
ROLE_WORDS = {
    Role.ADMIN: "一般のできることのすべてと、医師会情報と担当者の変更",
    Role.CLERK: "修了申請の決定と、単位の登録",
    Role.VIEWER: "見るだけ",
}

NATIONAL_CODE = "00"


class Duty(StrEnum):
    """施設業務。実際の一覧は公にされていないので、厚生労働省の届出の種別による（membership.md §5.3）。"""

    HOSPITAL_OPENER = "hospital-opener"
    HOSPITAL_MANAGER = "hospital-manager"
    HOSPITAL_STAFF = "hospital-staff"
    UNIVERSITY_TEACHER = "university-teacher"
    UNIVERSITY_GRADUATE = "university-graduate"
    UNIVERSITY_STAFF = "university-staff"
    RESIDENT = "resident"
    CLINIC_OPENER = "clinic-opener"
    CLINIC_MANAGER = "clinic-manager"
    CLINIC_STAFF = "clinic-staff"
    CARE_OPENER = "care-opener"
    CARE_STAFF = "care-staff"
    RESEARCH = "research"
    ADMINISTRATION = "administration"
    OCCUPATIONAL = "occupational"
    HEALTH = "health"
    OTHER = "other"
    NONE = "none"


DUTY_LABELS = {
    Duty.HOSPITAL_OPENER: "病院の開設者または法人の代表者",
    Duty.HOSPITAL_MANAGER: "病院の管理者（開設者でない）",
    Duty.HOSPITAL_STAFF: "病院の勤務者",
    Duty.UNIVERSITY_TEACHER: "医育機関附属病院の教官・教員",
    Duty.UNIVERSITY_GRADUATE: "医育機関附属病院の大学院生",
    Duty.UNIVERSITY_STAFF: "医育機関附属病院のその他の勤務者",
    Duty.RESIDENT: "臨床研修医",
    Duty.CLINIC_OPENER: "診療所の開設者または法人の代表者",
    Duty.CLINIC_MANAGER: "診療所の管理者（開設者でない）",
    Duty.CLINIC_STAFF: "診療所の勤務者",
    Duty.CARE_OPENER: "介護老人保健施設・介護医療院の開設者または法人の代表者",
    Duty.CARE_STAFF: "介護老人保健施設・介護医療院の勤務者",
    Duty.RESEARCH: "教育・研究機関の勤務者",
    Duty.ADMINISTRATION: "行政機関の勤務者",
    Duty.OCCUPATIONAL: "産業医",
    Duty.HEALTH: "保健衛生の業務",
    Duty.OTHER: "その他の業務",
    Duty.NONE: "無職",
}


# 会員手続き：医師会ごとに決められること（membership.md §3.2、§7.4）


class Procedure(StrEnum):
    """会員手続きの種類。届いたときに自動で承認するかを、医師会が種類ごとに決める。"""

    TRANSFER = "transfer"
    JOIN = "join"
    LEAVE = "leave"
    CATEGORY = "category"
    FACILITY = "facility"
    PROFILE = "profile"
    CALL_OFF = "call-off"


PROCEDURE_LABELS = {
    Procedure.TRANSFER: "医師会の異動",
    Procedure.JOIN: "入会",
    Procedure.LEAVE: "退会",
    Procedure.CATEGORY: "会員区分の変更",
    Procedure.FACILITY: "施設の異動",
    Procedure.PROFILE: "会員情報の変更",
    Procedure.CALL_OFF: "異動の取りやめ",
}
# 届いたときに自動で承認できる手続き。会員情報の変更は、証明する書類を見て決めるので、含まない。
AUTOMATIC = tuple(kind for kind in Procedure if kind != Procedure.PROFILE)

CONFIRMATION_DAYS, LONGEST_CONFIRMATION = 14, 60
DECISION_DAYS, LONGEST_DECISION = 45, 180
JOIN_NOTE_LENGTH = 1000


class ItemKind(StrEnum):
    """入会のときに尋ねることの種類。"""

    SHORT = "short"
    LONG = "long"
    CHOICE = "choice"
    YES_NO = "yes-no"
    FILE = "file"


ITEM_KIND_LABELS = {
    ItemKind.SHORT: "短い文",
    ItemKind.LONG: "長い文",
    ItemKind.CHOICE: "一つを選ぶ",
    ItemKind.YES_NO: "はい・いいえ",
    ItemKind.FILE: "添付（PDF・写真）",
}
# 医師会が選択肢を決めない種類の、選択肢。
FIXED_CHOICES = {ItemKind.YES_NO: ("はい", "いいえ")}
ITEM_LABEL_LENGTH, EXPLANATION_LENGTH, CHOICE_LENGTH = 60, 200, 60
FEWEST_CHOICES, MOST_CHOICES = 2, 12
# 一つの医師会が、一度に尋ねられる数。
MOST_ITEMS = 10
BOARD_DAYS_AHEAD = timedelta(days=2 * 366)


def standing(from_on: date, until_on: date | None, on: date) -> str:
    """日付つきの行が、その日にどこにあるか。終わりの日は含まない。"""
    if on < from_on:
        return "これから"
    return "いま" if until_on is None or on < until_on else "終わり"


# 担当者

INVITATION_LIVES = timedelta(hours=72)
INVITATIONS_AN_HOUR = 30
ADMINISTRATORS_WANTED = 2
DORMANT_AFTER = timedelta(days=90)


# 通知先とホームページ（newsletter Topic 01 3、4）

SETTING_LENGTH = 100
NOT_AN_ADDRESS = "メールアドレスの形で入力してください（例：jimukyoku@midori.example）。"
ONE_ADDRESS_ONLY = "メールアドレスは 1 件だけ入力してください。"
NOT_A_PAGE = "http:// か https:// で始まるホームページのアドレスを入力してください（例：https://www.midori.example/）。"
_HOST = re.compile(r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}")
_UNSAFE_IN_PAGE = re.compile(r"[\s<>\"\\^`{|}]")


def address_refusal(address: str) -> str:
    """通知先として断る理由。断らないなら空。"""
    if address.count("@") > 1:
        return ONE_ADDRESS_ONLY
    return "" if is_deliverable(address) else NOT_AN_ADDRESS


def page_refusal(page: str) -> str:
    """ホームページのアドレスとして断る理由。断らないなら空。"""
    try:
        parts = urlsplit(page)
        parts.port  # noqa: B018 読めない番号は、ここで分かる
    except ValueError:
        return NOT_A_PAGE
    readable = not _UNSAFE_IN_PAGE.search(page) and "@" not in parts.netloc
    is_page = parts.scheme in ("http", "https") and _HOST.fullmatch(parts.hostname or "") is not None
    return "" if readable and is_page else NOT_A_PAGE


@dataclass(frozen=True)
class AddressNotice:
    """お問い合わせ通知先メールアドレスがまだないことの知らせ。期限の日の終わりまでは間に合う。"""

    deadline_on: date | None
    on: date

    @property
    def days_left(self) -> int:
        """期限までの日数。過ぎていれば負。"""
        return (self.deadline_on - self.on).days if self.deadline_on else 0

    @property
    def days_over(self) -> int:
        return -self.days_left

    @property
    def is_overdue(self) -> bool:
        return self.days_left < 0


TESTS_AN_HOUR = 5
TEST_WINDOW = timedelta(hours=1)
LONGEST_AHEAD = timedelta(days=366)
