"""アプリケーションの役割に、表ごとの権限だけを渡す。"""

from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import connection, models, transaction
from pghistory.models import Event
from psycopg import sql

CHANGE = ("SELECT", "INSERT", "UPDATE", "DELETE")
APPEND = ("SELECT", "INSERT")


class Command(BaseCommand):
    """アプリケーションの役割が、履歴・記録・単位台帳を書き足すことだけができるようにする。"""

    help = "アプリケーションの役割に、表ごとの権限を渡します（何度行っても同じです）。"

    def handle(self, *args: Any, **options: Any) -> None:
        """持ち主として行う。"""
        role = settings.APPLICATION_DATABASE["USER"]
        if role == settings.OWNER_DATABASE["USER"]:
            self.stderr.write("注意: 表の持ち主とアプリケーションが同じ役割です。履歴と記録を書き換えから守れません。")
            return
        with transaction.atomic():
            grant_to(role)


def grant_to(role: str) -> None:
    """今ある表と、その番号札について、役割の権限を初めから書き直す。"""
    with connection.cursor() as cursor:
        run = lambda text, **names: cursor.execute(sql.SQL(text).format(role=sql.Identifier(role), **names))  # noqa: E731
        run("REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {role}")
        run("GRANT USAGE ON SCHEMA public TO {role}")
        run("GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}")
        append_only = append_only_tables()
        for table in connection.introspection.table_names(cursor):
            acts = APPEND if table in append_only else CHANGE
            run(f"GRANT {', '.join(acts)} ON {{table}} TO {{role}}", table=sql.Identifier(table))


def append_only_tables() -> set[str]:
    """書き足すだけの表: append_only と名のるモデルと、pghistoryが書く変更履歴。"""
    return {model._meta.db_table for model in apps.get_models(include_auto_created=True) if is_append_only(model)}


def is_append_only(model: type[models.Model]) -> bool:
    """モデルが、直すことも消すこともできないものか。"""
    return issubclass(model, Event) or bool(getattr(model, "append_only", False))
