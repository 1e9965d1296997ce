"""研修管理の住所。"""

from django.urls import path

from mamis.doctors.doors import doctor_or_delegate
from mamis.doctors.rules import Act
from mamis.training.doors import seen_by_office
from mamis.training.views import (
    attachments,
    bulk,
    handbooks,
    mypage,
    office,
    office_credits,
    programmes,
    proxy,
    public,
    revocations,
    texts,
    viewing,
    writing,
)

read = doctor_or_delegate(Act.READ)

mypage_urls = [
    path("mypage/training/", read(mypage.training), name="mypage_training"),
    path("mypage/training/completion/", read(mypage.completion_card), name="completion_card"),
    path("mypage/training/completion/application/", writing.completion_application, name="completion_application"),
    path(
        "mypage/training/completion/application/activities/new/",
        writing.completion_activity_new,
        name="completion_activity_new",
    ),
    path(
        "mypage/training/completion/application/activities/<slug:key>/",
        writing.completion_activity,
        name="completion_activity",
    ),
    path(
        "mypage/training/completion/application/activities/<slug:key>/removal/",
        writing.completion_activity_removal,
        name="completion_activity_removal",
    ),
    path("mypage/training/completion/application/<slug:step>/", writing.completion_step, name="completion_step"),
    path(
        "mypage/training/completion/draft/removal/", writing.completion_draft_removal, name="completion_draft_removal"
    ),
    path("mypage/credits/", read(mypage.credit_record), name="mypage_credits"),
    path("mypage/completions/", read(mypage.completion_list), name="mypage_completions"),
    path("mypage/completions/<slug:receipt_no>/", read(mypage.completion), name="mypage_completion"),
    path(
        "mypage/completions/<slug:receipt_no>/receipt/",
        read(mypage.completion_receipt),
        name="mypage_completion_receipt",
    ),
    path(
        "mypage/completions/<slug:receipt_no>/withdrawal/",
        mypage.completion_withdrawal,
        name="mypage_completion_withdrawal",
    ),
    path(
        "mypage/completions/<slug:receipt_no>/certificate.pdf",
        mypage.completion_certificate,
        name="mypage_certificate",
    ),
    path(
        "mypage/completions/<slug:receipt_no>/files/<str:token>/",
        attachments.own_attachment,
        name="mypage_attachment",
    ),
]

public_urls = [
    path("v/<str:token>/", public.certificate_verification, name="certificate_verification"),
]

office_urls = [
    path("office/<str:code>/completions/", office.completion_list, name="office_completions"),
    path("office/<str:code>/completions/print/", office.completion_print, name="office_completions_print"),
    path("office/<str:code>/completions/download/", office.completion_download, name="office_completions_download"),
    path(
        "office/<str:code>/completions/approvals/preview/",
        bulk.completion_bulk_preview,
        name="office_completion_bulk_preview",
    ),
    path("office/<str:code>/completions/approvals/", bulk.completion_bulk_list, name="office_completion_bulk_list"),
    path("office/<str:code>/completions/approvals/<int:pk>/", bulk.completion_bulk, name="office_completion_bulk"),
    path(
        "office/<str:code>/completions/<str:receipt_no>/certificate.pdf",
        proxy.certificate_for_doctor,
        name="office_certificate",
    ),
    path(
        "office/<str:code>/completions/<str:receipt_no>/files/<str:token>/",
        attachments.attachment,
        name="office_attachment",
    ),
    path(
        "office/<str:code>/completions/<str:receipt_no>/files/<str:token>/<int:page>/",
        attachments.attachment,
        name="office_attachment_page",
    ),
    path("office/<str:code>/completions/entry/", proxy.entry_new, name="office_entry_new"),
    path(
        "office/<str:code>/completions/entry/<int:pk>/removal/",
        proxy.entry_draft_removal,
        name="office_entry_draft_removal",
    ),
    path(
        "office/<str:code>/completions/entry/<int:pk>/activities/new/",
        proxy.entry_activity_new,
        name="office_entry_activity_new",
    ),
    path(
        "office/<str:code>/completions/entry/<int:pk>/activities/<slug:key>/",
        proxy.entry_activity,
        name="office_entry_activity",
    ),
    path(
        "office/<str:code>/completions/entry/<int:pk>/activities/<slug:key>/removal/",
        proxy.entry_activity_removal,
        name="office_entry_activity_removal",
    ),
    path("office/<str:code>/completions/entry/<int:pk>/<slug:step>/", proxy.entry_step, name="office_entry"),
    path("office/<str:code>/completions/<str:receipt_no>/", office.completion, name="office_completion"),
    path(
        "office/<str:code>/completions/<str:receipt_no>/approval/",
        office.completion_approval,
        name="office_completion_approval",
    ),
    path(
        "office/<str:code>/completions/<str:receipt_no>/return/",
        office.completion_return,
        name="office_completion_return",
    ),
    path(
        "office/<str:code>/completions/<str:receipt_no>/forwarding/",
        office.completion_forwarding,
        name="office_completion_forwarding",
    ),
    path(
        "office/<str:code>/completions/<str:receipt_no>/undoing/",
        revocations.completion_undoing,
        name="office_completion_undoing",
    ),
    path(
        "office/<str:code>/completions/<str:receipt_no>/revocation/",
        revocations.completion_revocation,
        name="office_completion_revocation",
    ),
    path("office/<str:code>/requirements/", programmes.requirement_list, name="office_requirements"),
    path("office/<str:code>/requirements/rules/new/", programmes.requirement_rule_new, name="office_rule_new"),
    path(
        "office/<str:code>/requirements/rules/<int:pk>/removal/",
        programmes.requirement_rule_removal,
        name="office_rule_removal",
    ),
    path(
        "office/<str:code>/requirements/activities/new/",
        programmes.requirement_activity_new,
        name="office_activity_new",
    ),
    path(
        "office/<str:code>/requirements/activities/<int:pk>/end/",
        programmes.requirement_activity_end,
        name="office_activity_end",
    ),
    path(
        "office/<str:code>/requirements/activities/<int:pk>/removal/",
        programmes.requirement_activity_removal,
        name="office_activity_removal",
    ),
    path("office/<str:code>/return-texts/", texts.return_text_list, name="office_return_texts"),
    path("office/<str:code>/return-texts/new/", texts.return_text_new, name="office_return_text_new"),
    path("office/<str:code>/return-texts/starters/", texts.return_text_starters, name="office_return_text_starters"),
    path("office/<str:code>/return-texts/<int:pk>/", texts.return_text, name="office_return_text"),
    path("office/<str:code>/return-texts/<int:pk>/order/", texts.return_text_order, name="office_return_text_order"),
    path(
        "office/<str:code>/return-texts/<int:pk>/removal/",
        texts.return_text_removal,
        name="office_return_text_removal",
    ),
    path("office/<str:code>/credits/", office_credits.credit_list, name="office_credits"),
    path("office/<str:code>/credits/download/", office_credits.credit_download, name="office_credits_download"),
    path("office/<str:code>/handbooks/", handbooks.handbook_list, name="office_handbooks"),
    path("office/<str:code>/handbooks/new/", handbooks.handbook_new, name="office_handbook_new"),
    path("office/<str:code>/handbooks/<str:number>/", handbooks.handbook, name="office_handbook"),
    path(
        "office/<str:code>/handbooks/<str:number>/correction/",
        handbooks.handbook_correction,
        name="office_handbook_correction",
    ),
    path(
        "office/<str:code>/handbooks/<str:number>/confirmation/",
        handbooks.handbook_confirmation,
        name="office_handbook_confirmation",
    ),
    path("office/<str:code>/handbooks/<str:number>/return/", handbooks.handbook_return, name="office_handbook_return"),
    path(
        "office/<str:code>/handbooks/<str:number>/withdrawal/",
        handbooks.handbook_withdrawal,
        name="office_handbook_withdrawal",
    ),
    path(
        "office/<str:code>/handbooks/<str:number>/scans/<int:position>/",
        handbooks.handbook_scan,
        name="office_handbook_scan",
    ),
    path(
        "office/<str:code>/handbooks/<str:number>/scans/<int:position>/pages/<int:page>/",
        handbooks.handbook_scan_page,
        name="office_handbook_scan_page",
    ),
    path("office/<str:code>/credits/new/", office_credits.credit_new, name="office_credit_new"),
    path("office/<str:code>/credits/<int:pk>/reversal/", office_credits.credit_reversal, name="office_credit_reversal"),
]

# 事務局が見る医師の画面。住所の終わりは、マイページのものと同じである。ここにない頁は、本人だけのもの。
seen = "office/<str:code>/as-doctor/<str:key>/"
viewing_urls = [
    path("mypage/viewings/", viewing.viewing_list, name="mypage_viewings"),
    path("office/<str:code>/completions/<str:receipt_no>/as-doctor/", viewing.viewing_new, name="office_viewing_new"),
    path(seen, seen_by_office(viewing.elsewhere), name="as_doctor"),
    path(f"{seen}training/", seen_by_office(mypage.training), name="as_doctor_training"),
    path(f"{seen}training/completion/", seen_by_office(mypage.completion_card), name="as_doctor_card"),
    path(f"{seen}credits/", seen_by_office(mypage.credit_record), name="as_doctor_credits"),
    path(f"{seen}completions/", seen_by_office(mypage.completion_list), name="as_doctor_completions"),
    path(f"{seen}completions/<slug:receipt_no>/", seen_by_office(mypage.completion), name="as_doctor_completion"),
    path(
        f"{seen}completions/<slug:receipt_no>/receipt/",
        seen_by_office(mypage.completion_receipt),
        name="as_doctor_receipt",
    ),
    path(f"{seen}<path:rest>", seen_by_office(viewing.elsewhere), name="as_doctor_elsewhere"),
]

urlpatterns = [*mypage_urls, *office_urls, *viewing_urls, *public_urls]
