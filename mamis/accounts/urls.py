"""ログインとパスワードの住所。ここにないallauthの画面は開けない。名前はallauthが探すもの。"""

from django.urls import path

from mamis.accounts.views import password, sign_in

urlpatterns = [
    path("sign-in/", sign_in.sign_in, name="account_login"),
    path("sign-out/", sign_in.sign_out, name="account_logout"),
    path("password/reset/", password.reset_password, name="account_reset_password"),
    path("password/reset/sent/", password.reset_password_done, name="account_reset_password_done"),
    path("password/reset/new/", password.reset_password_new, name="account_reset_password_new"),
    path("password/reset/done/", password.reset_password_from_key_done, name="account_reset_password_from_key_done"),
    path("password/reset/<str:key>/", password.reset_password_from_key, name="account_reset_password_from_key"),
    path("password/change/", password.password_change, name="account_change_password"),
]
