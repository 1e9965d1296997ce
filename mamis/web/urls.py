"""画面そのものの住所。"""

from django.urls import path

from mamis.associations.doors import office_required
from mamis.associations.rules import Role
from mamis.doctors.doors import doctor_required
from mamis.mail.views import mypage as my_mail
from mamis.mail.views import office as office_mail
from mamis.web.views import mypage, office, public

look = office_required(Role.VIEWER)
work = office_required(Role.CLERK)

urlpatterns = [
    path("", public.home, name="home"),
    path("mypage/", mypage.home, name="mypage_home"),
    path("office/<str:code>/", office.home, name="office_home"),
    path("office/<str:code>/staff/handover/", office.handover, name="office_handover"),
    path("manual/", public.manual, name="manual"),
    path("manual/images/<str:name>", public.manual_image, name="manual_image"),
    path("manual/<slug:book>/", public.manual_book, name="manual_book"),
    path("help/", public.help_, name="help"),
    path("release-notes/", public.release_notes, name="release_notes"),
    path("privacy/", public.privacy, name="privacy"),
    path("accessibility/", public.accessibility, name="accessibility"),
    # メールの部屋は、医師と医師会を知らない。戸口はここで付ける。
    path("mypage/messages/", doctor_required(my_mail.message_list), name="mypage_messages"),
    path("mypage/messages/<int:pk>/", doctor_required(my_mail.message), name="mypage_message"),
    path("office/<str:code>/messages/", look(office_mail.message_list), name="office_messages"),
    path("office/<str:code>/messages/<int:pk>/", look(office_mail.message), name="office_message"),
    path("office/<str:code>/messages/<int:pk>/notice/", look(office_mail.message_notice), name="office_message_notice"),
    path("office/<str:code>/messages/<int:pk>/told/", work(office_mail.message_told), name="office_message_told"),
]
