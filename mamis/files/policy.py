"""預かったファイルについて、だれが何を続けて使えるか。見てよいかは、持ち主の部屋が決める。"""

from django.db.models import QuerySet

from mamis.files.models import StoredFile


def carried_by(purpose: str, *, by_user_id: int | None, holder: str = "") -> QuerySet[StoredFile]:
    """その人が、そのために送ったファイル。送り直しの頁で、もう一度選ばずに使える。

    送った人は、利用者か、ログインしていない人の鍵（holder）の、どちらか一つ。どちらもないファイルは、制約があり、ない。
    """
    return StoredFile.objects.filter(purpose=purpose, uploaded_by_id=by_user_id, holder=holder)
