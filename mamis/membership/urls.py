"""会員手続きの住所。"""

from django.urls import path

from mamis.membership.views import (
    batches,
    bulk,
    contacts,
    entry,
    joining,
    mypage,
    office,
    office_joinings,
    printouts,
    profile,
    writing,
)

mypage_urls = [
    path("mypage/profile/", profile.profile, name="mypage_profile"),
    path("mypage/profile/contact/", profile.contact, name="mypage_contact"),
    path("mypage/profile/contact/done/", profile.contact_done, name="mypage_contact_done"),
    path("mypage/profile/identity/", profile.identity, name="mypage_identity"),
    path("mypage/profile/identity/check/", profile.identity_check, name="mypage_identity_check"),
    path("mypage/profile/identity/<slug:receipt_no>/", profile.identity, name="mypage_identity_again"),
    path(
        "mypage/profile/identity/<slug:receipt_no>/check/", profile.identity_check, name="mypage_identity_check_again"
    ),
    path("mypage/applications/", mypage.application_list, name="mypage_applications"),
    path("mypage/applications/start/", writing.application_start, name="application_start"),
    path("mypage/applications/<slug:receipt_no>/", mypage.application, name="mypage_application"),
    path(
        "mypage/applications/<slug:receipt_no>/receipt/",
        mypage.application_receipt,
        name="mypage_application_receipt",
    ),
    path("mypage/applications/<slug:receipt_no>/answer/", mypage.application_answer, name="mypage_application_answer"),
    path(
        "mypage/applications/<slug:receipt_no>/withdrawal/",
        mypage.application_withdrawal,
        name="mypage_application_withdrawal",
    ),
    path(
        "mypage/applications/<slug:receipt_no>/calling-off/",
        mypage.application_calling_off,
        name="mypage_application_calling_off",
    ),
    path("mypage/applications/<slug:subject>/writing/", writing.application_writing, name="application_writing"),
    path(
        "mypage/applications/<slug:subject>/writing/removal/",
        writing.application_draft_removal,
        name="application_draft_removal",
    ),
    path("mypage/applications/<slug:subject>/writing/<slug:step>/", writing.application_step, name="application_step"),
]

office_urls = [
    path("office/<str:code>/contact-changes/", contacts.contact_change_list, name="office_contact_changes"),
    path(
        "office/<str:code>/contact-changes/download/",
        contacts.contact_change_download,
        name="office_contact_changes_download",
    ),
    path("office/<str:code>/applications/", office.application_list, name="office_applications"),
    path("office/<str:code>/applications/print/", office.application_list_print, name="office_applications_print"),
    path("office/<str:code>/applications/download/", office.application_download, name="office_applications_download"),
    path("office/<str:code>/applications/approvals/", bulk.application_bulk, name="office_application_bulk"),
    path("office/<str:code>/applications/categories/", batches.category_batch, name="office_category_batch"),
    path("office/<str:code>/applications/batches/", batches.batch_list, name="office_application_batches"),
    path("office/<str:code>/applications/batches/<int:pk>/", batches.batch, name="office_application_batch"),
    path(
        "office/<str:code>/applications/batches/<int:pk>/download/",
        batches.batch_download,
        name="office_application_batch_download",
    ),
    path("office/<str:code>/applications/entry/", entry.entry_new, name="office_application_entry_new"),
    path(
        "office/<str:code>/applications/entry/<int:pk>/<slug:subject>/writing/",
        entry.entry_writing,
        name="office_application_writing",
    ),
    path(
        "office/<str:code>/applications/entry/<int:pk>/<slug:subject>/writing/removal/",
        entry.entry_draft_removal,
        name="office_application_draft_removal",
    ),
    path(
        "office/<str:code>/applications/entry/<int:pk>/<slug:subject>/writing/<slug:step>/",
        entry.entry_step,
        name="office_application_step",
    ),
    path(
        "office/<str:code>/applications/entry/<int:pk>/<slug:subject>/printing/",
        printouts.printing,
        name="office_application_printing",
    ),
    path("office/<str:code>/printouts/", printouts.printout_search, name="office_printouts"),
    path("office/<str:code>/printouts/<str:number>/", printouts.printout, name="office_printout"),
    path("office/<str:code>/printouts/<str:number>/form.pdf", printouts.printout_form, name="office_printout_form"),
    path(
        "office/<str:code>/printouts/<str:number>/removal/", printouts.printout_removal, name="office_printout_removal"
    ),
    path("office/<str:code>/applications/entry/<int:pk>/<slug:kind>/", entry.entry, name="office_application_entry"),
    path("office/<str:code>/applications/<str:receipt_no>/entry/", entry.reentry, name="office_application_reentry"),
    path("office/<str:code>/applications/<str:receipt_no>/", office.application, name="office_application"),
    path(
        "office/<str:code>/applications/<str:receipt_no>/print/",
        office.application_print,
        name="office_application_print",
    ),
    path(
        "office/<str:code>/applications/<str:receipt_no>/scans/<str:token>/",
        office.application_scan,
        name="office_application_scan",
    ),
    path(
        "office/<str:code>/applications/<str:receipt_no>/evidence/<str:token>/",
        office.application_evidence,
        name="office_application_evidence",
    ),
    path(
        "office/<str:code>/applications/<str:receipt_no>/attachments/<str:token>/",
        office.application_attachment,
        name="office_application_attachment",
    ),
    path(
        "office/<str:code>/applications/<str:receipt_no>/approval/",
        office.application_approval,
        name="office_application_approval",
    ),
    path(
        "office/<str:code>/applications/<str:receipt_no>/return/",
        office.application_return,
        name="office_application_return",
    ),
    path(
        "office/<str:code>/applications/<str:receipt_no>/question/",
        office.application_question,
        name="office_application_question",
    ),
    path(
        "office/<str:code>/applications/<str:receipt_no>/answer/",
        office.application_answer,
        name="office_application_answer",
    ),
    path(
        "office/<str:code>/applications/<str:receipt_no>/rejection/",
        office.application_rejection,
        name="office_application_rejection",
    ),
    path(
        "office/<str:code>/applications/<str:receipt_no>/notes/",
        office.application_note,
        name="office_application_note",
    ),
    path(
        "office/<str:code>/applications/<str:receipt_no>/steps/<int:position>/takeover/",
        office.application_takeover,
        name="office_application_takeover",
    ),
]

# 研修医の名簿からの入会
joining_urls = [
    path("joining/", joining.joining, name="joining"),
    path("joining/link/<str:key>/", joining.joining_link, name="joining_link"),
    path("joining/review/", joining.joining_review, name="joining_review"),
    path("joining/declining/", joining.joining_declining, name="joining_declining"),
    path("joining/done/", joining.joining_done, name="joining_done"),
    path("office/<str:code>/joinings/", office_joinings.joining_list, name="office_joinings"),
    path("office/<str:code>/joinings/download/", office_joinings.joining_download, name="office_joinings_download"),
    path(
        "office/<str:code>/joinings/lists/<int:number>/reminder/",
        office_joinings.joining_list_reminder,
        name="office_joining_list_reminder",
    ),
    path("office/<str:code>/joinings/<int:pk>/", office_joinings.joining, name="office_joining"),
    path(
        "office/<str:code>/joinings/<int:pk>/reminder/",
        office_joinings.joining_reminder,
        name="office_joining_reminder",
    ),
    path(
        "office/<str:code>/joinings/<int:pk>/address/", office_joinings.joining_address, name="office_joining_address"
    ),
    path(
        "office/<str:code>/joinings/<int:pk>/cancellation/",
        office_joinings.joining_cancellation,
        name="office_joining_cancellation",
    ),
]

urlpatterns = [*mypage_urls, *office_urls, *joining_urls]
