"""研修管理の住所。"""

from django.urls import path

from mamis.training.views import mypage, office, office_credits, public, writing

mypage_urls = [
    path("mypage/training/", mypage.training, name="mypage_training"),
    path("mypage/training/completion/", mypage.completion_card, name="completion_card"),
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
    path("mypage/credits/", mypage.credit_record, name="mypage_credits"),
    path("mypage/completions/", mypage.completion_list, name="mypage_completions"),
    path("mypage/completions/<slug:receipt_no>/", mypage.completion, name="mypage_completion"),
    path("mypage/completions/<slug:receipt_no>/receipt/", mypage.completion_receipt, name="mypage_completion_receipt"),
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
]

public_urls = [
    path("v/<str:token>/", public.certificate_verification, name="certificate_verification"),
]

office_urls = [
    path("office/<str:code>/completions/", office.completion_list, name="office_completions"),
    path("office/<str:code>/completions/print/", office.completion_print, name="office_completions_print"),
    path("office/<str:code>/completions/download/", office.completion_download, name="office_completions_download"),
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
    path("office/<str:code>/credits/", office_credits.credit_list, name="office_credits"),
    path("office/<str:code>/credits/download/", office_credits.credit_download, name="office_credits_download"),
    path("office/<str:code>/credits/new/", office_credits.credit_new, name="office_credit_new"),
    path("office/<str:code>/credits/<int:pk>/reversal/", office_credits.credit_reversal, name="office_credit_reversal"),
]

urlpatterns = [*mypage_urls, *office_urls, *public_urls]
