"""設定。値は環境変数だけから来る。一覧は docs/operations.md にある。"""

import sys
from pathlib import Path
from urllib.parse import urlsplit

from csp.constants import NONE, SELF

from mamis.config import environment

BASE_DIR = Path(__file__).resolve().parents[2]

DEMO = environment.switch("DEMO")
SECURE = environment.switch("SECURE")
BASE_URL = environment.site("BASE_URL", "http://localhost:8000")
SECRET_KEY = environment.text("SECRET_KEY")
DEBUG = False
ALLOWED_HOSTS = environment.words("ALLOWED_HOSTS", (urlsplit(BASE_URL).hostname or "localhost",))

# 組み立て

INSTALLED_APPS = [
    "mamis.config",
    *(["mamis.demo"] if DEMO else []),
    "mamis.web",
    "mamis.members",
    "mamis.training",
    "mamis.membership",
    "mamis.doctors",
    "mamis.associations",
    "mamis.accounts",
    "mamis.workflow",
    "mamis.wizard",
    "mamis.documents",
    "mamis.files",
    "mamis.audit",
    "mamis.mail",
    "mamis.jobs",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "procrastinate.contrib.django",
    "pghistory",
    "pgtrigger",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.forms",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "mamis.config.middleware.permissions_policy",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "mamis.config.middleware.refuse_unreadable",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "mamis.config.middleware.keep_nowhere",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "mamis.accounts.middleware.limit_session",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "mamis.associations.middleware.require_second_factor",
    "mamis.accounts.gate.ConsentRequired",
    "django.contrib.messages.middleware.MessageMiddleware",
    "mamis.accounts.keeping.give_back",
    "allauth.account.middleware.AccountMiddleware",
    "mamis.web.middleware.AlreadyHandled",
]

ROOT_URLCONF = "mamis.config.urls"
WSGI_APPLICATION = "mamis.config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "mamis.web.context.frame",
            ],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# データベース。表の持ち主の役割は、表を作り替えるコマンドだけが使う。

OWNER_COMMANDS = {"migrate", "grant_rights", "sqlmigrate", "sqlflush", "flush"}
APPLICATION_DATABASE = environment.database("DATABASE_URL")
OWNER_DATABASE = environment.database("DATABASE_OWNER_URL", environment.text("DATABASE_URL"))
AS_OWNER = len(sys.argv) > 1 and sys.argv[1] in OWNER_COMMANDS

DATABASES = {
    "default": {
        **(OWNER_DATABASE if AS_OWNER else APPLICATION_DATABASE),
        "TIME_ZONE": "Asia/Tokyo",
        "CONN_HEALTH_CHECKS": True,
    }
}
DATABASE_POOL = environment.number("DATABASE_POOL", 4)
if DATABASE_POOL and not AS_OWNER:
    DATABASES["default"]["OPTIONS"]["pool"] = {"min_size": 1, "max_size": DATABASE_POOL, "timeout": 10}

# プロセスどうしで分け合うキャッシュ。
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache"}}

PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "tasks"

# 言葉と時刻

LANGUAGE_CODE = "ja"
TIME_ZONE = "Asia/Tokyo"
USE_I18N = True
USE_TZ = True

# 人とサインイン

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["mamis.accounts.backends.SignInNameBackend"]
# メールアドレスのない人もいるので、重ならない約束は空でないものだけにある。
SILENCED_SYSTEM_CHECKS = ["auth.W004"]
ACCOUNT_ADAPTER = "mamis.accounts.adapter.SignInAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
# 本人をよく知る人なら思いつく言葉を、部屋ごとに尋ねる関数。
PASSWORD_WORDS = ("mamis.doctors.queries.words_of",)
# 事務局の人かを、上の部屋に尋ねる関数。二要素が要り、ログインの時間の限りが短い。
STAFF_TESTS = ("mamis.associations.policy.is_staff",)
# 二要素。練習用のほかでは、事務局の人に必ず求める。外す設定はない。
SECOND_FACTOR_REQUIRED = not DEMO
MFA_ADAPTER = "mamis.accounts.factors.FactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn"]
# データベースに置く秘密（認証アプリの鍵など）を封じる鍵。はじめのものが新しく、残りは前に封じたものを開けるため。
FIELD_KEYS = environment.words("FIELD_KEYS", (SECRET_KEY,))
# 登録メールアドレスを持つ部屋が、いまの値を答える関数と、書き換える関数。
CONTACT_ADDRESS = {
    "of": "mamis.doctors.queries.contact_address_of",
    "set": "mamis.doctors.operations.set_contact_address",
}
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "account_login"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.ScryptPasswordHasher",
]
# リバースプロキシの段数。接続元の住所をどこまで信じるかを決める。
ALLAUTH_TRUSTED_PROXY_COUNT = environment.number("TRUSTED_PROXIES", 0)

# セッションとCookie

SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_NAME = "__Host-session" if SECURE else "session"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = SECURE
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_AGE = 24 * 60 * 60
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
CSRF_COOKIE_NAME = "__Host-csrf" if SECURE else "csrf"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SECURE = SECURE
CSRF_FAILURE_VIEW = "mamis.web.views.errors.csrf_failure"
CSRF_TRUSTED_ORIGINS = [BASE_URL]

# ブラウザへの守り

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [NONE],
        "script-src": [SELF],
        # ログインの残りの時間を尋ねるだけ（ADR 0061）。
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    },
}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = SECURE
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SECURE else None

DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1200
DATA_UPLOAD_MAX_NUMBER_FILES = 10
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
# 添付を含む送信の大きさの限り。一つずつの大きさは、欄が言葉で断る（mamis.files）。
FILE_UPLOAD_HANDLERS = [
    "mamis.files.handlers.Bounded",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

# 静的ファイル

STATIC_URL = "/static/"
STATIC_ROOT = environment.text("STATIC_ROOT", str(BASE_DIR / "var" / "static"))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# メール

EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_HOST = environment.text("SMTP_HOST", "localhost")
EMAIL_PORT = environment.number("SMTP_PORT", 25)
EMAIL_HOST_USER = environment.text("SMTP_USER", "")
EMAIL_HOST_PASSWORD = environment.text("SMTP_PASSWORD", "")
EMAIL_USE_TLS = environment.switch("SMTP_TLS")
EMAIL_TIMEOUT = 30
DEFAULT_FROM_EMAIL = environment.text("MAIL_FROM", "MAMIS <no-reply@mamis.example>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
# 送り直しの間隔（秒）と回数。倍々に延びて上限で止まり、既定では約3日であきらめる。
MAIL_RETRY = {
    "first": environment.number("MAIL_RETRY_FIRST", 60),
    "longest": environment.number("MAIL_RETRY_LONGEST", 6 * 60 * 60),
    "attempts": environment.number("MAIL_RETRY_ATTEMPTS", 20),
}

# 記録。人の名前、メールアドレス、入力された値は書かない。

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"()": "mamis.config.logs.Formatter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {
        "django": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
        "mail.log": {"level": "WARNING"},
        "procrastinate": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
    },
}
