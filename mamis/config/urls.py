"""住所の一覧。"""

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("mamis.web.urls")),
    path("", include("mamis.accounts.urls")),
    path("", include("mamis.associations.urls")),
    path("", include("mamis.doctors.urls")),
    path("", include("mamis.membership.urls")),
    path("", include("mamis.training.urls")),
    path("", include("mamis.members.urls")),
    *([path("demo/", include("mamis.demo.urls"))] if settings.DEMO else []),
]

handler400 = "mamis.web.views.errors.bad_request"
handler403 = "mamis.web.views.errors.forbidden"
handler404 = "mamis.web.views.errors.not_found"
handler500 = "mamis.web.views.errors.server_error"
