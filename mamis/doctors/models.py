"""医師、医籍、勤務先、どの医師会に見えるか、利用者登録。"""

from datetime import date, datetime, timedelta
from typing import cast

import pghistory
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeOperators
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Func, Q, Value

from mamis.associations.models import DateRange
from mamis.associations.rules import DUTY_LABELS, Duty
from mamis.doctors.mails import RegistrationFacts
from mamis.doctors.rules import (
    DEED_LABELS,
    DELEGATE_LINK_LIVES,
    FACILITY_KIND_LABELS,
    GROUND_LABELS,
    LINK_LIVES,
    LONGEST_DELEGATION,
    LONGEST_SEARCH,
    REGISTER_LABELS,
    RELATION_LABELS,
    SEX_LABELS,
    Act,
    Deed,
    FacilityKind,
    FacilityState,
    Identity,
    Relation,
    delegate_may,
    facility_state,
)
from mamis.doctors.workflow import LIVE, REGISTRATION, STATE_LABELS, State
from mamis.workflow.models import History, Stateful
from mamis.workflow.table import By


@pghistory.track(append_only=True)
class Doctor(models.Model):
    """医師。会員であってもなくてもよい。内部の番号が鍵であり、医籍登録番号は変わりうる（membership.md §5.1）。

    氏名は書かれたとおりに保つ。`search_name` はカナと漢字を畳んだ写しで、検索のためだけにある。
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, verbose_name="利用者", related_name="doctor"
    )
    family_name = models.CharField("姓", max_length=60)
    given_name = models.CharField("名", max_length=60)
    family_kana = models.CharField("セイ", max_length=60)
    given_kana = models.CharField("メイ", max_length=60)
    search_name = models.CharField("検索のための氏名", max_length=400)
    sex = models.CharField("性別", max_length=8, choices=SEX_LABELS.items(), blank=True)
    birth_on = models.DateField("生年月日", null=True, blank=True)
    member_no = models.CharField("会員ID", max_length=10, blank=True)
    contact_address = models.CharField("登録メールアドレス", max_length=254, blank=True)
    telephone = models.CharField("電話", max_length=20, blank=True)
    postcode = models.CharField("自宅の郵便番号", max_length=8, blank=True)
    home_prefecture = models.ForeignKey(
        "associations.Prefecture",
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name="自宅の都道府県",
        related_name="+",
    )
    address = models.CharField("自宅の住所", max_length=200, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(name="doctor_member_no_once", fields=("member_no",), condition=~Q(member_no="")),
            models.CheckConstraint(
                name="doctor_member_no_is_ten_digits", condition=Q(member_no="") | Q(member_no__regex=r"^[0-9]{10}$")
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return f"{self.family_name} {self.given_name}"

    @property
    def kana(self) -> str:
        return f"{self.family_kana} {self.given_kana}"


@pghistory.track(append_only=True)
class Licence(models.Model):
    """医籍の登録。番号は文字であり、先頭の零にも意味がある。終わりのない行がいまの番号である。"""

    doctor = models.ForeignKey(Doctor, models.PROTECT, verbose_name="医師", related_name="licences")
    register = models.CharField("医籍", max_length=10, choices=REGISTER_LABELS.items())
    number = models.CharField("医籍登録番号", max_length=6)
    registered_on = models.DateField("医籍登録年月日", null=True, blank=True)
    ended_on = models.DateField("使わなくなった日", null=True, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(name="licence_number_once", fields=("register", "number")),
            models.UniqueConstraint(name="licence_one_current", fields=("doctor",), condition=Q(ended_on=None)),
            models.CheckConstraint(name="licence_number_is_digits", condition=Q(number__regex=r"^[0-9]{1,6}$")),
        )


@pghistory.track(append_only=True, exclude=["search_name", "search_place", "search_grams"])
class Facility(models.Model):
    """施設。番号のない施設もある。

    名は書かれたとおりに保つ。探すためだけの写しが三つある（ADR 0063）：`search_name` は施設名とフリガナ、
    `search_place` は医療機関コード・電話・所在地を畳んだもの、`search_grams` はその二つの二文字の組。
    """

    kind = models.CharField("種別", max_length=16, blank=True, choices=FACILITY_KIND_LABELS.items())
    code = models.CharField("医療機関コード", max_length=10, blank=True)
    name = models.CharField("施設名", max_length=120)
    kana = models.CharField("フリガナ", max_length=200, blank=True)
    search_name = models.CharField("検索のための施設名", max_length=LONGEST_SEARCH, blank=True)
    search_place = models.CharField("検索のための所在地", max_length=LONGEST_SEARCH, blank=True)
    search_grams = ArrayField(models.CharField(max_length=2), verbose_name="検索のための文字の組", default=list)
    prefecture = models.ForeignKey("associations.Prefecture", models.PROTECT, verbose_name="都道府県", related_name="+")
    municipality = models.ForeignKey(
        "associations.Municipality", models.PROTECT, null=True, blank=True, verbose_name="市区町村", related_name="+"
    )
    address = models.CharField("所在地", max_length=200, blank=True)
    telephone = models.CharField("電話", max_length=20, blank=True)
    opener_name = models.CharField("開設者", max_length=120, blank=True)
    manager_name = models.CharField("管理者", max_length=120, blank=True)
    opened_on = models.DateField("開設した日", null=True, blank=True)
    suspended_on = models.DateField("休止した日", null=True, blank=True)
    closed_on = models.DateField("廃止した日", null=True, blank=True)
    successor = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, verbose_name="引き継いだ施設", related_name="predecessors"
    )
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, verbose_name="まとめた先の施設", related_name="merged"
    )

    class Meta:
        verbose_name_plural = "facilities"
        constraints = (
            models.UniqueConstraint(
                name="facility_code_once", fields=("code",), condition=~Q(code="") & Q(merged_into=None)
            ),
            models.CheckConstraint(
                name="facility_code_is_ten_digits", condition=Q(code="") | Q(code__regex=r"^[0-9]{10}$")
            ),
            models.CheckConstraint(
                name="facility_kind_known", condition=Q(kind="") | Q(kind__in=[kind.value for kind in FacilityKind])
            ),
            models.CheckConstraint(
                name="facility_closes_after_opening",
                condition=Q(opened_on=None) | Q(closed_on=None) | Q(closed_on__gte=F("opened_on")),
            ),
            models.CheckConstraint(
                name="facility_suspends_after_opening",
                condition=Q(opened_on=None) | Q(suspended_on=None) | Q(suspended_on__gte=F("opened_on")),
            ),
            models.CheckConstraint(
                name="facility_succeeded_by_another", condition=Q(successor=None) | ~Q(successor=F("id"))
            ),
            models.CheckConstraint(
                name="facility_merged_into_another", condition=Q(merged_into=None) | ~Q(merged_into=F("id"))
            ),
        )
        indexes = (
            GinIndex(name="facility_grams", fields=("search_grams",)),
            models.Index(name="facility_list", fields=("prefecture", "search_name", "id")),
            models.Index(
                Func(F("search_name"), Value(" "), Value(1), function="split_part", output_field=models.CharField()),
                name="facility_folded_name",
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def kind_label(self) -> str:
        """種別の言葉。決まっていなければ空。"""
        return FACILITY_KIND_LABELS[FacilityKind(self.kind)] if self.kind else ""

    @property
    def place_words(self) -> str:
        """市区町村からの所在地。"""
        town = self.municipality.name if self.municipality else ""
        return town + self.address.removeprefix(town)

    def state(self, on: date) -> FacilityState:
        """その日の、開設・休止・廃止。"""
        return facility_state(self.suspended_on, self.closed_on, on)


class FacilityMerge(models.Model):
    """二重に書かれた施設を、一つにまとめたこと。

    `moved` は、まとめたときに移した所属施設の番号である。元に戻すときは、そのうちまだ移した先にあるものだけを戻す。
    """

    facility = models.ForeignKey(Facility, models.PROTECT, verbose_name="まとめた施設", related_name="merges")
    into = models.ForeignKey(Facility, models.PROTECT, verbose_name="残した施設", related_name="absorbed")
    moved = ArrayField(models.BigIntegerField(), verbose_name="移した所属施設", default=list)
    merged_at = models.DateTimeField("まとめた日時")
    merged_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="まとめた人", related_name="+")
    separated_at = models.DateTimeField("元に戻した日時", null=True, blank=True)
    separated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, verbose_name="元に戻した人", related_name="+"
    )

    class Meta:
        constraints = (
            models.UniqueConstraint(
                name="facility_merge_one_open_each", fields=("facility",), condition=Q(separated_at=None)
            ),
            models.CheckConstraint(name="facility_merge_into_another", condition=~Q(into=F("facility"))),
            models.CheckConstraint(
                name="facility_merge_separated_by_someone",
                condition=Q(separated_at=None, separated_by=None)
                | Q(separated_at__isnull=False, separated_by__isnull=False),
            ),
        )


@pghistory.track(append_only=True)
class FacilityRequest(models.Model):
    """未定の施設：施設マスタにない勤務先の名。同じ名の申し出は、一つにまとめて、一度で決める。"""

    name = models.CharField("書かれた施設名", max_length=120)
    search_name = models.CharField("突き合わせのための施設名", max_length=LONGEST_SEARCH)
    prefecture = models.ForeignKey("associations.Prefecture", models.PROTECT, verbose_name="都道府県", related_name="+")
    asked_at = models.DateTimeField("初めに書かれた日時")
    resolved_at = models.DateTimeField("決めた日時", null=True, blank=True)
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, verbose_name="決めた人", related_name="+"
    )
    facility = models.ForeignKey(
        Facility, models.PROTECT, null=True, blank=True, verbose_name="決まった施設", related_name="requests"
    )

    class Meta:
        constraints = (
            models.UniqueConstraint(
                name="facility_request_once", fields=("prefecture", "search_name"), condition=Q(resolved_at=None)
            ),
            models.CheckConstraint(
                name="facility_request_resolved_by_someone",
                condition=Q(resolved_at=None, resolved_by=None, facility=None)
                | Q(resolved_at__isnull=False, resolved_by__isnull=False, facility__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return self.name


@pghistory.track(append_only=True)
class Workplace(models.Model):
    """所属施設。主たる施設は同時に一つまで。施設マスタの施設か、未定の施設の、どちらか一つである。"""

    doctor = models.ForeignKey(Doctor, models.PROTECT, verbose_name="医師", related_name="workplaces")
    facility = models.ForeignKey(
        Facility, models.PROTECT, null=True, blank=True, verbose_name="施設", related_name="workplaces"
    )
    request = models.ForeignKey(
        FacilityRequest, models.PROTECT, null=True, blank=True, verbose_name="未定の施設", related_name="workplaces"
    )
    duty = models.CharField("施設業務", max_length=24, blank=True, choices=DUTY_LABELS.items())
    is_main = models.BooleanField("主たる施設", default=True)
    from_on = models.DateField("始まり")
    until_on = models.DateField("終わり", null=True, blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                name="workplace_is_one_place",
                condition=Q(facility=None, request__isnull=False) | Q(facility__isnull=False, request=None),
            ),
            models.CheckConstraint(
                name="workplace_duty_known", condition=Q(duty="") | Q(duty__in=[duty.value for duty in Duty])
            ),
            models.CheckConstraint(
                name="workplace_begins_before_end", condition=Q(until_on=None) | Q(until_on__gt=F("from_on"))
            ),
            ExclusionConstraint(
                name="workplace_one_main",
                expressions=(
                    ("doctor", RangeOperators.EQUAL),
                    (DateRange("from_on", "until_on"), RangeOperators.OVERLAPS),
                ),
                condition=Q(is_main=True),
            ),
        )

    @property
    def place(self) -> Facility | FacilityRequest:
        """勤める所：施設か、未定の施設。どちらにも、名と都道府県がある。"""
        return cast("Facility | FacilityRequest", self.facility or self.request)

    @property
    def place_name(self) -> str:
        """勤める所の名。未定の施設なら、書かれたまま。"""
        return self.place.name

    @property
    def duty_label(self) -> str:
        """施設業務の言葉。決まっていなければ空。"""
        return DUTY_LABELS[Duty(self.duty)] if self.duty else ""


@pghistory.track(append_only=True)
class Delegation(models.Model):
    """先生が、秘書や家族に頼んだ代理。引き受けた人は、自分のログインで、決められたことだけを代わりにする。"""

    doctor = models.ForeignKey(Doctor, models.PROTECT, verbose_name="医師", related_name="delegations")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, verbose_name="引き受けた人", related_name="delegations"
    )
    name = models.CharField("頼む人の名", max_length=100)
    relation = models.CharField("あいだがら", max_length=20)
    mail_address = models.CharField("招いたメールアドレス", max_length=254)
    may_submit = models.BooleanField("申請もしてよい", default=False)
    invited_at = models.DateTimeField("頼んだ日時")
    set_on = models.DateField("期限を決めた日")
    until_on = models.DateField("終わりの日")
    accepted_at = models.DateTimeField("引き受けた日時", null=True)
    ended_at = models.DateTimeField("終えた日時", null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                name="delegation_relation_known", condition=Q(relation__in=[one.value for one in Relation])
            ),
            models.UniqueConstraint(name="delegation_once", fields=("doctor", "user"), condition=Q(ended_at=None)),
            models.CheckConstraint(
                name="delegation_accepted_by_someone",
                condition=Q(user=None, accepted_at=None) | Q(user__isnull=False, accepted_at__isnull=False),
            ),
            models.CheckConstraint(
                name="delegation_lasts_a_year_at_most",
                condition=Q(until_on__gt=F("set_on")) & Q(until_on__lte=F("set_on") + LONGEST_DELEGATION),
            ),
        )

    @property
    def last_on(self) -> date:
        """できる最後の日。"""
        return self.until_on - timedelta(days=1)

    @property
    def relation_label(self) -> str:
        """あいだがらの言葉。"""
        return RELATION_LABELS[Relation(self.relation)]

    @property
    def link_ends_at(self) -> datetime:
        """引き受けるリンクが使えなくなる日時。"""
        return self.invited_at + DELEGATE_LINK_LIVES

    def may(self, act: Act) -> bool:
        """この代理の人が、それをしてよいか。"""
        return delegate_may(act, may_submit=self.may_submit)


class DelegateDeed(models.Model):
    """代理の人がしたことの一行。頼んだ先生に見せる。書き足すだけである。"""

    append_only = True

    delegation = models.ForeignKey(Delegation, models.PROTECT, verbose_name="代理", related_name="deeds")
    at = models.DateTimeField("した日時")
    deed = models.CharField("したこと", max_length=20)
    about = models.CharField("受付番号か修了証の番号", max_length=40, blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(name="delegate_deed_is_known", condition=Q(deed__in=[one.value for one in Deed])),
        )

    @property
    def label(self) -> str:
        """したことの言葉。"""
        return DEED_LABELS[Deed(self.deed)]


@pghistory.track(append_only=True)
class Sight(models.Model):
    """どの医師会が、なぜ、いつからいつまで、どの医師を見ることができるか。

    根拠を作る行為と同じ取引のなかで書かれる。医師についての policy の唯一のよりどころ。
    """

    doctor = models.ForeignKey(Doctor, models.PROTECT, verbose_name="医師", related_name="sights")
    association = models.ForeignKey("associations.Association", models.PROTECT, verbose_name="医師会", related_name="+")
    ground = models.CharField("根拠", max_length=12, choices=GROUND_LABELS.items())
    since_on = models.DateField("いつから")
    until_on = models.DateField("いつまで", null=True, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                name="sight_once", fields=("doctor", "association", "ground"), condition=Q(until_on=None)
            ),
            models.CheckConstraint(
                name="sight_begins_before_end", condition=Q(until_on=None) | Q(until_on__gte=F("since_on"))
            ),
        )
        indexes = (models.Index(name="sight_of_association", fields=("association", "doctor")),)


class Registration(Stateful):
    """利用者登録の申込み。打たれたものを、そのまま持つ。

    `doctor` は、同じ医籍登録番号の記録（確認待ちのあいだ）か、結ばれた医師（確認のあと）。
    `desk` は本人に案内する医師会で、打たれた勤務先だけから決まる。`association` は確認する医師会である。
    """

    workflow = REGISTRATION
    states = State

    receipt_no = models.CharField("受付番号", max_length=20, unique=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="利用者", related_name="registrations"
    )
    doctor = models.ForeignKey(
        Doctor, models.PROTECT, null=True, blank=True, verbose_name="医師の記録", related_name="registrations"
    )
    desk = models.ForeignKey(
        "associations.Association", models.PROTECT, verbose_name="案内する医師会", related_name="+"
    )
    association = models.ForeignKey(
        "associations.Association", models.PROTECT, verbose_name="確認する医師会", related_name="+"
    )
    mail_address = models.CharField("メールアドレス", max_length=254)
    number = models.CharField("医籍登録番号", max_length=6)
    registered_on = models.DateField("医籍登録年月日")
    family_name = models.CharField("姓", max_length=60)
    given_name = models.CharField("名", max_length=60)
    family_kana = models.CharField("セイ", max_length=60)
    given_kana = models.CharField("メイ", max_length=60)
    search_name = models.CharField("検索のための氏名", max_length=400)
    birth_on = models.DateField("生年月日")
    facility_name = models.CharField("勤務先", max_length=120)
    work_prefecture = models.ForeignKey(
        "associations.Prefecture", models.PROTECT, verbose_name="勤務先の都道府県", related_name="+"
    )
    home_prefecture = models.ForeignKey(
        "associations.Prefecture",
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name="自宅の都道府県",
        related_name="+",
    )
    licence_file = models.OneToOneField(
        "files.StoredFile", models.PROTECT, null=True, blank=True, verbose_name="医師免許証の写し", related_name="+"
    )
    submitted_at = models.DateTimeField("受け付けた日時")
    decided_at = models.DateTimeField("決めた日時", null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, verbose_name="決めた人", related_name="+"
    )

    class Meta:
        constraints = (
            models.UniqueConstraint(
                name="registration_once", fields=("user",), condition=~Q(state=State.REJECTED.value)
            ),
            models.CheckConstraint(
                name="registration_state_known", condition=Q(state__in=[state.value for state in STATE_LABELS])
            ),
            models.CheckConstraint(name="registration_number_is_digits", condition=Q(number__regex=r"^[0-9]{1,6}$")),
            models.CheckConstraint(
                name="registration_accepted_has_doctor",
                condition=~Q(state=State.ACCEPTED.value) | Q(doctor__isnull=False),
            ),
            models.CheckConstraint(
                name="registration_decided_when_over",
                condition=Q(state__in=[state.value for state in LIVE], decided_at=None)
                | (~Q(state__in=[state.value for state in LIVE]) & Q(decided_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="registration_not_decided_by_oneself", condition=Q(decided_by=None) | ~Q(decided_by=F("user"))
            ),
        )
        indexes = (
            models.Index(name="registration_waiting", fields=("association", "state", "submitted_at")),
            models.Index(name="registration_of_number", fields=("number", "state")),
        )

    # 差し戻しのメールに書く、直す画面への道筋。保存しない。
    correction_path = ""

    def __str__(self) -> str:
        return self.receipt_no

    @property
    def name(self) -> str:
        return f"{self.family_name} {self.given_name}"

    @property
    def kana(self) -> str:
        return f"{self.family_kana} {self.given_kana}"

    @property
    def state_label(self) -> str:
        return STATE_LABELS[State(self.state)]

    @property
    def task(self) -> str:
        """医師会が確かめること。"""
        return "記録との照合" if self.doctor_id else "医師免許証"

    def can(self, event: str, by: By) -> bool:
        """その人にその行為のボタンを見せるか。"""
        return event in self.workflow.events(State(self.state), by)

    @property
    def identity(self) -> Identity:
        return Identity(self.number, self.registered_on, self.kana, self.birth_on)

    def mail_facts(self, *, at: datetime, comment: str) -> RegistrationFacts:
        """この登録のメールが要る事実。"""
        desk, office, linked = self.desk, self.association, self.state == State.ACCEPTED
        return RegistrationFacts(
            about_doctor_id=self.doctor_id if linked else None,
            responsible_association_id=office.pk,
            reference=self.receipt_no,
            address=self.mail_address,
            user_id=self.user_id,
            name=self.name,
            desk_name=desk.name,
            desk_telephone=desk.telephone,
            desk_hours=desk.hours,
            office_name=office.name,
            office_code=office.code,
            office_telephone=office.telephone,
            office_hours=office.hours,
            office_address=office.member_address,
            record_address=self.doctor.contact_address if linked and self.doctor else "",
            comment=comment,
            path=self.correction_path,
            hours=int(LINK_LIVES.total_seconds() // 3600),
        )


class RegistrationHistory(History):
    """利用者登録の経過。"""

    registration = models.ForeignKey(Registration, models.PROTECT, verbose_name="利用者登録", related_name="history")

    class Meta:
        indexes = (models.Index(name="registration_history_order", fields=("registration", "at")),)


class RegistrationLetter(models.Model):
    """利用者登録のご案内：窓口で渡す紙。一回だけ、その医師だけが使える。

    紙に刷るコードは `seed` と設定の鍵から作られ、ここには元に戻せない形でだけ残る。
    """

    doctor = models.ForeignKey(Doctor, models.PROTECT, verbose_name="医師", related_name="letters")
    association = models.ForeignKey(
        "associations.Association", models.PROTECT, verbose_name="作った医師会", related_name="+"
    )
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="作った人", related_name="+")
    made_at = models.DateTimeField("作った日時")
    expires_at = models.DateTimeField("使えなくなる日時")
    seed = models.CharField("コードの種", max_length=32)
    code = models.CharField("ならしたコード", max_length=64, unique=True)
    failures = models.PositiveSmallIntegerField("生年月日の誤り", default=0)
    used_at = models.DateTimeField("使われた日時", null=True, blank=True)
    ended_at = models.DateTimeField("使わないうちに終わった日時", null=True, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                name="letter_one_open", fields=("doctor",), condition=Q(used_at=None, ended_at=None)
            ),
            models.CheckConstraint(name="letter_ends_one_way", condition=Q(used_at=None) | Q(ended_at=None)),
        )

    def is_open(self, at: datetime) -> bool:
        """まだ使えるか。"""
        return self.used_at is None and self.ended_at is None and at < self.expires_at


class RegistrationLink(models.Model):
    """利用者登録の申込みと、メールで届けるリンク。打ちかけの答えを、使い終わるまで持つ。

    合言葉はメールの中にだけあり、ここには元に戻せない形でだけ残る。
    """

    mail_address = models.CharField("メールアドレス", max_length=254)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, verbose_name="いまの利用者", related_name="+"
    )
    registration = models.ForeignKey(
        Registration, models.PROTECT, null=True, blank=True, verbose_name="利用者登録", related_name="links"
    )
    letter = models.ForeignKey(
        RegistrationLetter, models.PROTECT, null=True, blank=True, verbose_name="ご案内", related_name="links"
    )
    key = models.CharField("ならした合言葉", max_length=64, blank=True)
    step = models.CharField("いまの段階", max_length=20, blank=True)
    answers = models.JSONField("答え", default=dict)
    asked_at = models.DateTimeField("申し込まれた日時")
    expires_at = models.DateTimeField("使えなくなる日時", null=True, blank=True)
    used_at = models.DateTimeField("使われた日時", null=True, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(name="registration_link_key_once", fields=("key",), condition=~Q(key="")),
            models.CheckConstraint(
                name="registration_link_expires",
                condition=Q(key="", expires_at=None) | (~Q(key="") & Q(expires_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="registration_link_forgets_when_used", condition=Q(used_at=None) | Q(answers={})
            ),
        )
        indexes = (models.Index(name="registration_link_by_age", fields=("asked_at",)),)
