"""試験のための設定。本物との違いは、ここに書いたものだけ。"""

import os
from pathlib import Path

from tests.cluster import CLUSTER

os.environ.update(
    SECRET_KEY="for-tests-only",
    DEMO="1",
    SECURE="0",
    BASE_URL="http://localhost:8000",
    ALLOWED_HOSTS="localhost,testserver",
    DATABASE_URL=CLUSTER.url("mamis_app"),
    DATABASE_OWNER_URL=CLUSTER.url("mamis_owner"),
    DATABASE_POOL="0",
)

from mamis.config.settings import *  # noqa: F403
from mamis.config.settings import DATABASES, STATIC_ROOT, STORAGES

# 持ち主としてつなぎ、アプリケーションの役割に着替えて試す（conftest.py）。
DATABASES["default"]["USER"] = "mamis_owner"
DATABASES["default"]["CONN_HEALTH_CHECKS"] = False

# 名前に要約を付けない。集める手間なしに試せる。
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}

# 本物の鍵伸ばしは一回に0.2秒かかる。
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

# 集めた静的ファイルの置き場所がないと、whitenoise が警告する。
Path(STATIC_ROOT).mkdir(parents=True, exist_ok=True)
