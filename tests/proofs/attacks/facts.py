"""攻められる、正しい行。攻めが要るものだけを、そのとき作る。"""

from dataclasses import replace
from datetime import date
from functools import cached_property

from django.db import connection

from mamis.accounts.models import Agreement, FailureCount, FamiliarPlace, RecoveryCode, SignedInDevice
from mamis.accounts.operations import ask_for_address, publish_statement, report_loss
from mamis.accounts.operations.tries import count_sign_in, remember
from mamis.accounts.rules import Purpose, StatementKind
from mamis.associations.models import BoardDay, JoinItem
from mamis.associations.operations import begin_delegation, invite, request_rekey
from mamis.associations.rules import Procedure, Role
from mamis.audit.models import AuditEntry
from mamis.doctors.models import RegistrationLink
from mamis.doctors.operations import (
    FacilityFacts,
    Work,
    make_letter,
    merge_facilities,
    move_work,
    note_deed,
    offer_registration,
    register_facility,
)
from mamis.doctors.rules import Deed
from mamis.files.checking import Clean, Drawn
from mamis.files.operations import receive, settle_check
from mamis.mail.models import Message
from mamis.members.models import RememberedColumns
from mamis.membership.models import Application, BatchLine
from mamis.membership.operations import (
    CategoryChange,
    answer_to,
    call_off,
    change_contact,
    change_together,
    print_form,
    submit_application,
    write_note,
)
from mamis.membership.operations import approve_together as steps_together
from mamis.membership.queries import register_seen, seats, seats_fingerprint
from mamis.membership.rules import CONTACT_FACTS
from mamis.training.models import CompletionApplication
from mamis.training.operations import approve_together, begin_viewing, write_text
from mamis.wizard.models import Draft
from tests.files.samples import jpeg, upload
from tests.members.files import checked, csv_of, member
from tests.membership.acts import approve, attachment, request, step_at, submit, submit_change
from tests.membership.joining import ask, joining_of, row
from tests.world import TODAY, new_district


class Facts:
    """攻められる、正しい行。"""

    def __init__(self, world, doctor):
        self.world, self.doctor = world, doctor
        world.works_in(doctor, world.prefecture)

    def seat(self, association, doctor=None):
        return (doctor or self.doctor).memberships.get(association=association)

    def staff(self):
        return self.world.clerk(self.world.district)

    def admin(self):
        return self.world.admin(self.world.district)

    @cached_property
    def other(self):
        """もう一人の医師。座学 9.5 単位を持ち、まだ申請していない。"""
        other = self.world.member("鈴木", "花子", self.world.district, self.world.prefecture)
        self.world.credit(other, 19, date(2026, 3, 14))
        return other

    @cached_property
    def facility(self):
        """番号のある施設。"""
        return register_facility(FacilityFacts("みどり医院", "14", code="1410012345"))

    @cached_property
    def asked(self):
        """入会の確認をお願いした研修医。"""
        ask(self.admin(), row(600001))
        return joining_of()

    @cached_property
    def facility_merge(self):
        """二重の施設を、まとめたこと。"""
        double = register_facility(FacilityFacts("みどり医員", "14"))
        return merge_facilities(double, into=self.facility, by=self.staff(), at=self.world.at)

    @cached_property
    def facility_request(self):
        """もう一人の医師が書いた、未定の施設。"""
        work = Work(None, "できたばかりの医院", "14", "clinic-manager")
        return move_work(self.other, work, on=date(2026, 4, 1), at=self.world.at).request

    # 利用者

    @cached_property
    def statement(self):
        """利用規約の、公開された二つ目の版。"""
        return publish_statement(
            StatementKind.TERMS,
            body="会員情報を大切に扱います。",
            change="言い回しを改めました。",
            from_on=date(2027, 4, 1),
            by=self.staff().user,
            at=self.world.at,
        )

    @cached_property
    def agreement(self):
        return Agreement.objects.filter(user=self.doctor.user).first()

    @cached_property
    def address_change(self):
        return ask_for_address(self.doctor.user, Purpose.SIGN_IN, "new@clinic.example", at=self.world.at)

    @cached_property
    def loss(self):
        return report_loss(self.staff().user, "電話をなくしました。", at=self.world.at)

    @cached_property
    def failure(self):
        count_sign_in("yamada@hana.example", "192.0.2.1", at=self.world.at)
        return FailureCount.objects.first()

    @cached_property
    def place(self):
        remember("yamada@hana.example", "192.0.2.1", at=self.world.at)
        return FamiliarPlace.objects.get()

    @cached_property
    def recovery_code(self):
        return RecoveryCode.objects.create(user=self.staff().user, seal="f" * 64, made_at=self.world.at)

    @cached_property
    def device(self):
        at = self.world.at
        return SignedInDevice.objects.create(
            user=self.staff().user, session_key="s" * 32, device="Windows の Edge", signed_in_at=at, seen_at=at
        )

    # 医師会

    @cached_property
    def invitation(self):
        return invite("shinjin@office.example", Role.CLERK, by=self.admin(), at=self.world.at)

    @cached_property
    def board_day(self):
        """郡市区等医師会の理事会の日。"""
        return BoardDay.objects.create(association=self.world.district, held_on=date(2026, 6, 20))

    @cached_property
    def rekey(self):
        """都道府県医師会の担当者が申し出た、郡市区等医師会の復旧。"""
        return request_rekey(
            self.world.district,
            address="shin-kanri@office.example",
            reason="管理者がみな退職したため。",
            by=self.world.clerk(self.world.prefecture),
            at=self.world.at,
        )

    @cached_property
    def delegation(self):
        """担当者のいない郡市区等医師会の代行。"""
        district = new_district("14-022", "小川医師会", "オガワイシカイ", self.world.prefecture, "14888", "小川町")
        return begin_delegation(district, by=self.world.admin(self.world.prefecture), at=self.world.at)

    # 代理

    @cached_property
    def mandate(self):
        """先生が頼み、引き受けられた代理。"""
        return self.world.delegate(self.doctor, "秘書 文子")

    @cached_property
    def deed(self):
        note_deed(self.mandate, Deed.WROTE, about="", at=self.world.at)
        return self.mandate.deeds.get()

    def acts_for(self, doctor):
        """その医師の代理を引き受けた、事務局の人。"""
        staff = self.staff()
        self.world.delegate(doctor, "", staff.user)
        return staff

    # 利用者登録

    @cached_property
    def registration(self):
        return self.world.registration("新田", "光")

    @cached_property
    def letter(self):
        doctor = self.world.member("紙谷", "花子", self.world.district, signs_in=False)
        return make_letter(doctor, by=self.staff(), at=self.world.at)

    @cached_property
    def link(self):
        link = RegistrationLink.objects.create(mail_address="shinki@hana.example", asked_at=self.world.at)
        offer_registration(link.pk, at=self.world.at)
        return link

    # 修了申請

    @cached_property
    def application(self):
        """承認された申請。"""
        application = self.world.submit(self.doctor, self.world.district)
        self.world.approve(application, self.staff())
        application.refresh_from_db()
        return application

    @cached_property
    def live(self):
        """申請中の申請。"""
        return self.world.submit(self.other, self.world.district)

    @cached_property
    def paper(self):
        """紙から代行入力した申請書。"""
        return self.world.enter(self.other, self.world.district).submissions.get()

    @cached_property
    def report(self):
        return self.live.submissions.get().field_reports.first()

    @cached_property
    def line(self):
        return self.doctor.credit_lines.get(kind="knowledge")

    @cached_property
    def granted(self):
        """承認で付いた、実地研修の単位。"""
        return self.application.doctor.credit_lines.get(source="completion")

    @cached_property
    def certificate(self):
        return self.application.certificates.get()

    @cached_property
    def bulk(self):
        chosen = [(self.application, self.world.seen(self.application))]
        return approve_together(chosen, key="a" * 32, by=self.staff(), at=self.world.at).lines.get()

    @cached_property
    def batch(self):
        """一人の会員区分を変えた、まとめての記録。"""
        changed = self.world.member("束田", "結", self.world.district)
        was, now = (self.world.district.categories.get(code=letter) for letter in "AB")
        change = CategoryChange({was.pk: now.pk}, date(2027, 4, 1), "trained", "名簿", TODAY)
        chosen = [(changed, seats_fingerprint(seats(changed, TODAY)))]
        return change_together(chosen, change, key="a" * 32, by=self.staff(), at=self.world.at)

    @cached_property
    def waiting_line(self):
        return BatchLine.objects.create(batch=self.batch, position=2, doctor=self.other, seen="0" * 32)

    @cached_property
    def decided_line(self):
        """まとめて承認しようとして、断られた一件。"""
        step = step_at(self.small, self.small.steps.get().association)
        batch = steps_together([(step, "0-0")], board_on=TODAY, key="c" * 32, by=self.staff(), at=self.world.at)
        return batch.lines.get()

    @cached_property
    def text(self):
        return write_text("日付", "日付をご確認ください。", by=self.staff(), at=self.world.at)

    @cached_property
    def viewing(self):
        return begin_viewing(self.application, reason="電話のご相談のため", by=self.staff(), at=self.world.at)

    @cached_property
    def handbook(self):
        return self.world.handbook(self.doctor, self.staff())

    def spare(self):
        """承認されたが、まだ修了証の出ていない申請。"""
        application = CompletionApplication.objects.get(pk=self.live.pk)
        if application.state == "submitted":
            with connection.cursor() as cursor:
                cursor.execute(
                    "UPDATE training_completionapplication SET state = 'approved', decided_at = now(),"
                    " decided_by_id = %s WHERE id = %s",
                    [self.staff().user_id, application.pk],
                )
        return application

    # 届出

    @cached_property
    def move(self):
        """みどり市からさくら市への、確認を待っている異動届。"""
        return submit(self.world, self.doctor, {self.world.other_district: "B"}, date(2027, 4, 1))

    @cached_property
    def step(self):
        """異動元の、確認を待っている段。"""
        return step_at(self.move, self.world.district)

    @cached_property
    def joining(self):
        """異動先の、承認を待っている段。"""
        return step_at(self.move, self.world.other_district)

    @cached_property
    def sheet(self):
        return self.move.sheet

    @cached_property
    def printout(self):
        """紙が戻るのを待っている、異動届の用紙。"""
        by = self.world.clerk(self.world.district)
        return print_form(self.other, Procedure.TRANSFER, {"reason": {}}, by=by, at=self.world.at)

    @cached_property
    def claim(self):
        return self.move.claims.get(association=self.world.district)

    @cached_property
    def note(self):
        text = "先生にお電話しました。"
        return write_note(self.step, text=text, by=self.staff(), at=self.world.at)

    @cached_property
    def second(self):
        """日本医師会の会員区分だけを変える届出。"""
        kept = {self.world.district: "A", self.world.prefecture: "A", self.world.national: "B"}
        return submit(self.world, self.doctor, kept, TODAY)

    @cached_property
    def profile(self):
        """みどり市が承認する、会員情報の変更。"""
        return submit_change(self.world, self.doctor)

    @cached_property
    def join_item(self):
        """さくら市医師会が入会のときに求める書類。"""
        return JoinItem.objects.create(association=self.world.other_district, kind="file", label="履歴書", position=1)

    @cached_property
    def foreign_join_item(self):
        """みどり市医師会が入会のときに尋ねること。"""
        return JoinItem.objects.create(
            association=self.world.district, kind="choice", label="専門", choices=["内科", "外科"], position=1
        )

    @cached_property
    def answer(self):
        """さくら市医師会の求めた書類を添えた異動届の、答え。"""
        wanted = request({self.world.other_district: "B"}, date(2027, 4, 1))
        answers = (answer_to(self.join_item, file=attachment(self.world, self.doctor)),)
        application = submit_application(self.doctor, replace(wanted, answers=answers), at=self.world.at)
        return application.sheet.answers.get()

    @cached_property
    def contact_change(self):
        seen = register_seen(self.doctor, CONTACT_FACTS)
        return change_contact(self.doctor, {"address": "緑町1-1"}, seen=seen, at=self.world.at)

    @cached_property
    def small(self):
        """みどり市だけが確認する、施設の異動。"""
        return submit(self.world, self.doctor, None, TODAY, work="できたばかりの医院")

    @cached_property
    def done(self):
        """完了した、これからの異動。"""
        done = submit(self.world, self.other, {self.world.district: "B", self.world.prefecture: "A"}, date(2027, 4, 1))
        approve(self.world, done, self.world.district)
        return Application.objects.get(pk=done.pk)

    @cached_property
    def off(self):
        """その異動を取りやめる届出。"""
        return call_off(self.done, note="なくなりました。", at=self.world.at)

    # ファイル、取り込み、メール、そのほか

    @cached_property
    def waiting_file(self):
        """確認待ちのファイル。"""
        by = self.staff().user_id
        return receive(upload(jpeg()), purpose="training.paper", by_user_id=by, at=self.world.at)

    @cached_property
    def file(self):
        """確かめ終えたファイル。"""
        return settle_check(self.waiting_file, Clean((Drawn(300, 200, jpeg()),)), at=self.world.at)

    @cached_property
    def of_import(self):
        """確かめ終えた、一行の名簿の取り込み。"""
        return checked(csv_of(member(399999)), self.world.admin(self.world.district))

    @cached_property
    def row(self):
        return self.of_import.rows.get()

    @cached_property
    def columns(self):
        """取り込みで覚えた列。"""
        return RememberedColumns.objects.get(kind=self.of_import.kind)

    @cached_property
    def past(self):
        """取り込んだ過去の修了。"""
        return self.world.past_completion(self.doctor)

    @cached_property
    def message(self):
        """修了申請の、まだ送っていないメール。"""
        assert self.application
        return Message.objects.order_by("pk").first()

    @cached_property
    def entry(self):
        """閲覧を始めた記録。"""
        assert self.viewing
        return AuditEntry.objects.latest("pk")

    @cached_property
    def draft(self):
        at = self.world.at
        return Draft.objects.create(owner=self.doctor.user, kind="completion", step="field", begun_at=at, written_at=at)
