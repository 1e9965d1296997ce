"""医師会の最初の管理者を作る。"""

import getpass
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from mamis.accounts import policy as account_policy
from mamis.accounts.models import User
from mamis.accounts.operations import NameTaken, PasswordRefused, create_user
from mamis.associations import operations, policy, queries
from mamis.associations.models import Association
from mamis.associations.rules import Role, address_refusal
from mamis.japanese.folding import NotStorable, clean_line, fold_identifier


class Command(BaseCommand):
    """利用者を作り、その医師会の管理者にする。すでに管理者なら、何も変えない。"""

    help = "医師会の管理者を作ります。すでに利用者である人は、パスワードを変えずに管理者にします。"

    def add_arguments(self, parser: CommandParser) -> None:
        """医師会、メールアドレス、氏名。"""
        parser.add_argument("--association", required=True, help="医師会コード（日本医師会は 00）")
        parser.add_argument("--email", required=True, help="ログインに使うメールアドレス")
        parser.add_argument("--name", required=True, help="氏名")
        parser.add_argument(
            "--password-from-stdin", action="store_true", help="パスワードを標準入力の一行目から読みます"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """時計を読み、一度だけ作る。"""
        association = self._association(options["association"])
        email, name = fold_identifier(options["email"]), self._name(options["name"])
        if reason := address_refusal(email):
            raise CommandError(f"--email: {reason}")
        user = account_policy.known_by(email).first()
        if user and not user.is_active:
            raise CommandError("このメールアドレスの利用者は、使用を止められています。")
        if user and policy.administrators(association).filter(user=user).exists():
            self.stdout.write(f"{user.name} さんは、すでに{association.name}の管理者です。何も変えていません。")
            return
        self._make(association, user, email, name, "" if user else self._password(options))

    @transaction.atomic
    def _make(self, association: Association, user: User | None, email: str, name: str, password: str) -> None:
        at = timezone.now()
        try:
            made = user or create_user(email=email, name=name, password=password, at=at)
        except PasswordRefused as refused:
            raise CommandError("このパスワードは使えません。\n" + "\n".join(refused.reasons)) from refused
        except NameTaken as taken:
            raise CommandError(str(taken)) from taken
        operations.appoint(made, association, Role.ADMIN, at=at)
        kept = "パスワードは、いままでのものです。" if user else ""
        self.stdout.write(f"{made.name} さんを{association.name}の管理者にしました。{kept}")

    def _association(self, code: str) -> Association:
        association = queries.by_code(code.strip())
        if association is None:
            raise CommandError(f"医師会コード {code} の医師会がありません。")
        return association

    def _name(self, typed: str) -> str:
        try:
            name = clean_line(typed)
        except NotStorable as refused:
            raise CommandError(f"--name: {refused}") from refused
        if not 0 < len(name) <= 100:
            raise CommandError("--name: 氏名は 100 文字以内で入力してください。")
        return name

    def _password(self, options: dict[str, Any]) -> str:
        if options["password_from_stdin"]:
            return sys.stdin.readline().rstrip("\r\n")
        if not sys.stdin.isatty():
            raise CommandError("パスワードを読めません。端末から行うか、--password-from-stdin を付けてください。")
        password, again = getpass.getpass("パスワード: "), getpass.getpass("パスワード（もう一度）: ")
        if password != again:
            raise CommandError("二つのパスワードが違います。もう一度やり直してください。")
        return password
