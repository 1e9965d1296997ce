"""会員管理の住所。"""

from django.urls import path

from mamis.members.views import office

urlpatterns = [
    path("office/<str:code>/imports/", office.import_list, name="office_imports"),
    path("office/<str:code>/imports/new/", office.import_new, name="office_import_new"),
    path("office/<str:code>/imports/templates/<slug:kind>/", office.import_template, name="office_import_template"),
    path("office/<str:code>/imports/<int:number>/", office.import_page, name="office_import"),
    path("office/<str:code>/imports/<int:number>/columns/", office.import_columns, name="office_import_columns"),
    path("office/<str:code>/imports/<int:number>/run/", office.import_run, name="office_import_run"),
    path("office/<str:code>/imports/<int:number>/undo/", office.import_undo, name="office_import_undo"),
    path("office/<str:code>/imports/<int:number>/discard/", office.import_discard, name="office_import_discard"),
    path("office/<str:code>/imports/<int:number>/refused/", office.import_refused, name="office_import_refused"),
]
