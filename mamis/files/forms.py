"""ファイルを選ぶ欄。選ばれたものはすぐに預かるので、ほかの欄を直すあいだに失われない。

    class HandbookForm(forms.Form):
        scan = UploadField(label="手帳の頁", purpose="training.handbook")

    form = HandbookForm(request.POST, request.FILES)
    hold_uploads(form, by_user_id=request.user.pk, at=timezone.now())   # is_valid より先に
    if form.is_valid():
        form.cleaned_data["scan"]                                       # StoredFile（任意の欄で空なら None）

頁の `<form>` には enctype="multipart/form-data" が要る。預かったファイルの名（token）は、隠し欄 `scan_0` が次の送信へ
運ぶ。下書き（wizard）にも、その名で残る。よその人の token や、ほかの欄のための token は、空と同じに扱う。
"""

from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from mamis.fields.text import asked
from mamis.files import operations, policy
from mamis.files.models import StoredFile
from mamis.files.operations import NotTaken, TooManyFiles
from mamis.files.rules import MEGABYTE, MOST_BYTES, MOST_PAGES

HINT = f"写真（JPEG、PNG、iPhoneの HEIC）か PDF。1 つ {MOST_BYTES // MEGABYTE} MB まで、PDF は {MOST_PAGES} 頁まで。"
ACCEPTED = ".jpg,.jpeg,.png,.heic,.heif,.pdf,image/jpeg,image/png,image/heic,image/heif,application/pdf"


class UploadInput(forms.FileInput):
    """ファイルを選ぶところと、もう預かったものの札。"""

    template_name = "files/upload_input.html"
    stored: StoredFile | None = None

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        """選ばれたファイルと、前に預かったものの名。"""
        return files.get(name), str(data.get(f"{name}_0", ""))

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        """何も送られていないか。"""
        return name not in files and f"{name}_0" not in data

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        """ひな型に渡すもの。"""
        context = super().get_context(name, None, attrs)
        context["widget"] |= {"stored": self.stored, "accept": ACCEPTED}
        return context


class UploadField(forms.Field):
    """ファイルを一つ選ぶ欄。値は StoredFile。預かるのは hold_uploads である。"""

    widget = UploadInput

    def __init__(self, *, purpose: str, **options: Any) -> None:
        options.setdefault("help_text", HINT)
        messages = {"required": asked(options.get("label"), "選んで")}
        options["error_messages"] = messages | (options.get("error_messages") or {})
        super().__init__(**options)
        self.purpose = purpose
        self.stored: StoredFile | None = None
        self.problem = ""

    def clean(self, value: Any) -> StoredFile | None:
        """預かったファイル。預かれなかったときは、そのわけ。"""
        if self.problem:
            raise ValidationError(self.problem, code="not_taken")
        if self.stored is not None and self.stored.is_refused:
            raise ValidationError(self.stored.reason, code="refused")
        if self.stored is None and self.required:
            raise ValidationError(self.error_messages["required"], code="required")
        return self.stored


def hold_uploads(form: forms.BaseForm, *, by_user_id: int | None, at: datetime, holder: str = "") -> None:
    """フォームの UploadField に選ばれたファイルを預かり、前に預かったものを思い出す。is_valid より先に一度だけ呼ぶ。

    利用者になる前の人は、`by_user_id` を None とし、その人を見分ける印を `holder` に渡す。
    """
    for name, field in form.fields.items():
        if isinstance(field, UploadField):
            upload, token = field.widget.value_from_datadict(form.data, form.files, form.add_prefix(name))
            if upload is not None:
                try:
                    field.stored = operations.receive(
                        upload, purpose=field.purpose, by_user_id=by_user_id, holder=holder, at=at
                    )
                except (NotTaken, TooManyFiles) as refusal:
                    field.problem = str(refusal)
            if field.stored is None and token and "\x00" not in token:
                field.stored = (
                    policy.carried_by(field.purpose, by_user_id=by_user_id, holder=holder).filter(token=token).first()
                )
            field.widget.stored = field.stored


def with_uploads(form: forms.BaseForm, answer: dict[str, list[str]], *, detach: bool = False) -> dict[str, list[str]]:
    """預かったファイルの名を、下書きに残す答えに足す。`detach` なら、添付をやめる。"""
    held = {name: field.stored for name, field in form.fields.items() if isinstance(field, UploadField)}
    kept = {key: values for key, values in answer.items() if key.removesuffix("_0") not in held}
    return kept | {f"{name}_0": [stored.token] for name, stored in held.items() if stored and not detach}


def upload_refused(form: forms.BaseForm) -> bool:
    """選ばれたファイルを預かれなかったか。わけを見せるまで、先へ進まない。"""
    uploads = (field for field in form.fields.values() if isinstance(field, UploadField))
    return any(field.problem for field in uploads) and not form.is_valid()


def show_held(form: forms.BaseForm, name: str, stored: StoredFile | None) -> None:
    """開いた頁の欄に、前に預かったもの（差し戻された届の添付など）を見せる。"""
    field = form.fields[name]
    field.stored = field.widget.stored = stored
