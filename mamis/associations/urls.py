"""医師会情報と環境設定の住所。"""

from django.urls import path

from mamis.associations.views import (
    factors,
    invitation,
    office,
    office_offices,
    office_practice,
    office_staff,
    statements,
)

urlpatterns = [
    path("office/<str:code>/factor-losses/", factors.factor_losses, name="office_factor_losses"),
    path("office/<str:code>/factor-losses/<int:pk>/", factors.factor_loss, name="office_factor_loss"),
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
    path("office/<str:code>/practice/", office_practice.practice, name="office_practice"),
    path("office/<str:code>/categories/", office_practice.category_list, name="office_categories"),
    path("office/<str:code>/categories/new/", office_practice.category_new, name="office_category_new"),
    path("office/<str:code>/categories/<int:pk>/", office_practice.category, name="office_category"),
    path("office/<str:code>/categories/<int:pk>/order/", office_practice.category_order, name="office_category_order"),
    path("office/<str:code>/join-items/", office_practice.join_item_list, name="office_join_items"),
    path("office/<str:code>/join-items/new/", office_practice.join_item_new, name="office_join_item_new"),
    path("office/<str:code>/join-items/<int:pk>/", office_practice.join_item, name="office_join_item"),
    path(
        "office/<str:code>/join-items/<int:pk>/order/", office_practice.join_item_order, name="office_join_item_order"
    ),
    path("office/<str:code>/board-days/", office_practice.board_days, name="office_board_days"),
    path(
        "office/<str:code>/board-days/<int:pk>/removal/",
        office_practice.board_day_removal,
        name="office_board_day_removal",
    ),
    path("office/<str:code>/settings/", office.platform, name="office_platform"),
    path("office/<str:code>/staff/", office_staff.staff_list, name="office_staff"),
    path("office/<str:code>/staff/<int:pk>/", office_staff.staff_member, name="office_staff_member"),
    path("office/<str:code>/staff/<int:pk>/end/", office_staff.staff_end, name="office_staff_end"),
    path("office/<str:code>/staff/invitations/new/", office_staff.invitation_new, name="office_invitation_new"),
    path(
        "office/<str:code>/staff/invitations/<int:pk>/resending/",
        office_staff.invitation_resending,
        name="office_invitation_resending",
    ),
    path(
        "office/<str:code>/staff/invitations/<int:pk>/cancellation/",
        office_staff.invitation_cancellation,
        name="office_invitation_cancellation",
    ),
    path("office/<str:code>/offices/", office_offices.office_list, name="office_offices"),
    path("office/<str:code>/offices/<str:below>/rekey/", office_offices.rekey_new, name="office_rekey_new"),
    path("office/<str:code>/offices/<str:below>/delegation/", office_offices.delegation, name="office_delegation"),
    path(
        "office/<str:code>/offices/<str:below>/delegation/beginning/",
        office_offices.delegation_beginning,
        name="office_delegation_beginning",
    ),
    path(
        "office/<str:code>/offices/<str:below>/delegation/ending/",
        office_offices.delegation_ending,
        name="office_delegation_ending",
    ),
    path("office/<str:code>/rekeys/", office_offices.rekey_list, name="office_rekeys"),
    path("office/<str:code>/rekeys/<int:pk>/", office_offices.rekey, name="office_rekey"),
    path(
        "office/<str:code>/rekeys/<int:pk>/confirmation/",
        office_offices.rekey_confirmation,
        name="office_rekey_confirmation",
    ),
    path(
        "office/<str:code>/rekeys/<int:pk>/withdrawal/", office_offices.rekey_withdrawal, name="office_rekey_withdrawal"
    ),
    path("invitation/", invitation.acceptance, name="invitation"),
    path("invitation/<str:key>/", invitation.link, name="invitation_link"),
    path("office/<str:code>/settings/statements/", statements.statements, name="office_statements"),
    path(
        "office/<str:code>/settings/statements/<slug:kind>/new/", statements.statement_new, name="office_statement_new"
    ),
]
