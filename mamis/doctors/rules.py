"""医師についての決まった言葉。"""

from enum import StrEnum


class Sex(StrEnum):
    MALE = "male"
    FEMALE = "female"


SEX_LABELS = {Sex.MALE: "男", Sex.FEMALE: "女"}


class Register(StrEnum):
    """医籍。国籍が変わると番号も変わる（membership.md §5.1）。"""

    JAPANESE = "japanese"
    FOREIGN = "foreign"


REGISTER_LABELS = {Register.JAPANESE: "日本", Register.FOREIGN: "外国"}


class Ground(StrEnum):
    """医師会がその医師を見ることのできる根拠。"""

    MEMBER = "member"
    APPLICANT = "applicant"
    TRAINING = "training"
    WORKPLACE = "workplace"


GROUND_LABELS = {
    Ground.MEMBER: "会員",
    Ground.APPLICANT: "入会の申請",
    Ground.TRAINING: "修了申請の申請先",
    Ground.WORKPLACE: "非会員の勤務先の都道府県",
}
