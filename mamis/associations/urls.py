"""医師会情報と環境設定の住所。"""

from django.urls import path

from mamis.associations.views import office

urlpatterns = [
    path("office/<str:code>/association/", office.association, name="office_association"),
    path("office/<str:code>/association/test-mail/", office.test_mail, name="office_test_mail"),
    path("office/<str:code>/association/profile/", office.profile, name="office_profile"),
    path("office/<str:code>/association/presidents/", office.presidents, name="office_presidents"),
    path("office/<str:code>/association/presidents/<int:pk>/", office.president, name="office_president"),
    path("office/<str:code>/addresses/", office.missing_addresses, name="office_missing_addresses"),
    path(
        "office/<str:code>/addresses/download/",
        office.missing_addresses_download,
        name="office_missing_addresses_download",
    ),
    path("office/<str:code>/settings/", office.platform, name="office_platform"),
]
