"""利用者がすること、利用者にすること。"""

from mamis.accounts.operations.passwords import PasswordRefused, change_password, password_reasons
from mamis.accounts.operations.reset_links import LinkDead, offer_reset_link, owner_of, use_reset_link
from mamis.accounts.operations.sign_in import SignInRefused, change_own_password, identify
from mamis.accounts.operations.tries import MustWait, prune_tries
from mamis.accounts.operations.users import (
    NameTaken,
    create_user,
    deactivate_user,
    reactivate_user,
    set_sign_in_names,
)

__all__ = [
    "LinkDead",
    "MustWait",
    "NameTaken",
    "PasswordRefused",
    "SignInRefused",
    "change_own_password",
    "change_password",
    "create_user",
    "deactivate_user",
    "identify",
    "offer_reset_link",
    "owner_of",
    "password_reasons",
    "prune_tries",
    "reactivate_user",
    "set_sign_in_names",
    "use_reset_link",
]
