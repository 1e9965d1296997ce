"""docs/ のうち、コードの表から書く頁。データベースは要らない。"""

from collections.abc import Callable

from mamis.web.docs import mails, permissions, workflows

PAGES: dict[str, Callable[[], str]] = {
    "workflows.md": workflows.page,
    "mails.md": mails.page,
    "permissions.md": permissions.page,
}
