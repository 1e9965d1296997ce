"""練習用の画面の住所。"""

from django.urls import path

from mamis.demo import views

urlpatterns = [
    path("mailbox/", views.mailbox, name="demo_mailbox"),
    path("mailbox/<int:pk>/", views.mailbox_message, name="demo_mailbox_message"),
]
