"""医師と施設についての住所。"""

from django.urls import path

from mamis.doctors.views import delegates, mypage, office, office_facilities, office_letters, public

public_urls = [
    path("registration/", public.registration, name="registration"),
    path("registration/sent/", public.registration_sent, name="registration_sent"),
    path("registration/link/<str:key>/", public.registration_link, name="registration_link"),
    path("registration/form/", public.registration_form, name="registration_form"),
    path("registration/form/<slug:step>/", public.registration_step, name="registration_step"),
    path("registration/done/", public.registration_done, name="registration_done"),
    path("registration/letter/", public.registration_letter, name="registration_letter"),
    path("registration/letter/<str:code>/", public.registration_letter_code, name="registration_letter_code"),
    path("registration/password/", public.registration_letter_password, name="registration_letter_password"),
    path("registration/status/", public.registration_status, name="registration_status"),
    path("registration/status/licence/", public.registration_licence, name="registration_licence"),
    path("registration/status/correction/", public.registration_correction, name="registration_correction"),
]

office_urls = [
    path("office/<str:code>/letters/", office_letters.letter_list, name="office_letters"),
    path("office/<str:code>/letters/<int:pk>/", office_letters.letter, name="office_letter"),
    path("office/<str:code>/letters/<int:pk>/letter.pdf", office_letters.letter_print, name="office_letter_print"),
    path("office/<str:code>/registrations/", office.registration_list, name="office_registrations"),
    path(
        "office/<str:code>/registrations/download/", office.registration_download, name="office_registrations_download"
    ),
    path("office/<str:code>/registrations/<str:receipt_no>/", office.registration, name="office_registration"),
    path(
        "office/<str:code>/registrations/<str:receipt_no>/licence/",
        office.registration_licence,
        name="office_registration_licence",
    ),
    path(
        "office/<str:code>/registrations/<str:receipt_no>/acceptance/",
        office.registration_acceptance,
        name="office_registration_acceptance",
    ),
    path(
        "office/<str:code>/registrations/<str:receipt_no>/return/",
        office.registration_return,
        name="office_registration_return",
    ),
    path(
        "office/<str:code>/registrations/<str:receipt_no>/rejection/",
        office.registration_rejection,
        name="office_registration_rejection",
    ),
]

facility_urls = [
    path("office/<str:code>/facilities/", office_facilities.facility_list, name="office_facilities"),
    path(
        "office/<str:code>/facilities/download/", office_facilities.facility_download, name="office_facilities_download"
    ),
    path("office/<str:code>/facilities/new/", office_facilities.facility_new, name="office_facility_new"),
    path("office/<str:code>/facilities/<int:pk>/", office_facilities.facility, name="office_facility"),
    path(
        "office/<str:code>/facilities/<int:pk>/correction/",
        office_facilities.facility_correction,
        name="office_facility_correction",
    ),
    path(
        "office/<str:code>/facilities/<int:pk>/succession/",
        office_facilities.facility_succession,
        name="office_facility_succession",
    ),
    path(
        "office/<str:code>/facilities/<int:pk>/merge/", office_facilities.facility_merge, name="office_facility_merge"
    ),
    path(
        "office/<str:code>/facilities/<int:pk>/separation/",
        office_facilities.facility_separation,
        name="office_facility_separation",
    ),
    path("office/<str:code>/facility-requests/", office_facilities.request_list, name="office_facility_requests"),
    path(
        "office/<str:code>/facility-requests/<int:pk>/",
        office_facilities.facility_request,
        name="office_facility_request",
    ),
    path(
        "office/<str:code>/facility-requests/<int:pk>/new/",
        office_facilities.facility_request_new,
        name="office_facility_request_new",
    ),
]

mypage_urls = [
    path("mypage/account/", mypage.account, name="mypage_account"),
    path("mypage/account/contact/", mypage.contact_address, name="mypage_contact_address"),
    path("mypage/delegates/", delegates.delegates, name="mypage_delegates"),
    path("mypage/delegates/<int:pk>/renewal/", delegates.delegate_renewal, name="mypage_delegate_renewal"),
    path("mypage/delegates/<int:pk>/end/", delegates.delegate_end, name="mypage_delegate_end"),
]

# 代理の人は、この住所からマイページを開く。
delegate_urls = [
    path("delegations/", delegates.delegation_list, name="delegation_list"),
    path("delegations/<int:pk>/end/", delegates.delegation_giving_up, name="delegation_giving_up"),
    path("delegations/acceptance/", delegates.delegation_acceptance, name="delegation_acceptance"),
    path("delegations/link/<str:key>/", delegates.delegation_link, name="delegation_link"),
    path("for/<int:pk>/<path:rest>", delegates.acting, name="acting"),
]

urlpatterns = [*delegate_urls, *mypage_urls, *public_urls, *office_urls, *facility_urls]
