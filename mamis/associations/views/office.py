"""医師会情報、会長、テスト送信、未設定の医師会、環境設定。"""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mamis.associations import operations, policy, queries
from mamis.associations.doors import office_required
from mamis.associations.forms import office as forms
from mamis.associations.models import Association
from mamis.associations.operations import ChangedMeanwhile
from mamis.associations.rules import TESTS_AN_HOUR, Role
from mamis.japanese.calendar import plain_date
from mamis.tabular.csv import Column, download

PER_PAGE = 50
MISSING_COLUMNS = (
    Column("医師会コード", lambda association: association.code),
    Column("医師会", lambda association: association.name),
    Column("都道府県", lambda association: association.prefecture),
    Column("電話", lambda association: association.telephone),
    Column("管理者の人数", lambda association: association.administrators),
)


# 医師会情報


@require_http_methods(["GET", "HEAD", "POST"])
@office_required(Role.VIEWER)
def association(request: HttpRequest) -> HttpResponse:
    """医師会情報。管理者には通知先とホームページを変える欄、ほかの人には管理者の名。"""
    if request.method == "POST":
        return _save_addresses(request)
    form = _address_form(request) if request.staff.may(Role.ADMIN) else None
    return _association_page(request, form)


def _save_addresses(request: HttpRequest) -> HttpResponse:
    found = get_object_or_404(policy.editable_by(request.staff))
    form = forms.AddressesForm(request.POST)
    if not form.is_valid():
        return _association_page(request, form)
    try:
        operations.set_addresses(
            found, form.addresses, seen=form.cleaned_data["seen"], by=request.staff, at=timezone.now()
        )
    except ChangedMeanwhile as meanwhile:
        return _association_page(request, form.renewed(queries.newest_version(found)), meanwhile.changes)
    _tell_saved(request, form)
    if not form.addresses.inquiry_address:
        messages.warning(
            request,
            "お問い合わせ通知先メールアドレスが空です。"
            f"医師が修了申請をしても、{found.name}へ受付のメールが届きません。",
        )
    return redirect("office_association", code=request.association.code)


def _address_form(request: HttpRequest) -> forms.AddressesForm:
    version = queries.newest_version(request.association)
    return forms.AddressesForm(initial=forms.initial_of(version, queries.ADDRESS_FIELDS))


def _association_page(request: HttpRequest, form: Any, meanwhile: Any = ()) -> HttpResponse:
    today = timezone.localdate()
    changes = queries.association_changes(request.association)
    page = {
        "form": form,
        "meanwhile": meanwhile,
        "form_failed": bool(meanwhile),
        "notice": queries.address_notice(request.association, today),
        "president": queries.president_on(request.association, today),
        "administrators": policy.administrators(request.association),
        "tests": _tests(request.association) if form else [],
        "tests_an_hour": TESTS_AN_HOUR,
        "changes": Paginator(changes, PER_PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "associations/association.html", page)


def _tests(found: Association) -> list[dict[str, Any]]:
    """二つの欄の、保存してあるアドレスと、いちばん新しいテスト送信。"""
    return [
        {
            "field": name,
            "label": found._meta.get_field(name).verbose_name,
            "address": getattr(found, name),
            "message": queries.tests_of(found, mail.__name__).first(),
        }
        for name, mail in operations.TESTS.items()
    ]


@require_POST
@office_required(Role.ADMIN)
def test_mail(request: HttpRequest) -> HttpResponse:
    """保存してある通知先へのテスト送信。結果は医師会情報の画面に出る。"""
    found = get_object_or_404(policy.editable_by(request.staff))
    field = request.POST.get("field", "")
    if field not in operations.TESTS:
        raise Http404
    try:
        message = operations.send_test(found, field=field, by=request.staff, at=timezone.now())
    except operations.NoAddress as refusal:
        messages.warning(request, str(refusal))
    except operations.TooManyTests as refusal:
        again = timezone.localtime(refusal.again_at)
        messages.warning(request, f"{refusal}{again.hour}時{again.minute:02}分を過ぎてから、もう一度お試しください。")
    else:
        messages.success(
            request, f"{message.recipient_address} へテスト送信しました。届いたかどうかは、下の「テスト送信」に出ます。"
        )
    return redirect("office_association", code=request.association.code)


@require_http_methods(["GET", "HEAD", "POST"])
@office_required(Role.ADMIN)
def profile(request: HttpRequest) -> HttpResponse:
    """所在地・電話・受付時間を変える。"""
    found = get_object_or_404(policy.editable_by(request.staff))
    if request.method != "POST":
        initial = forms.initial_of(queries.newest_version(found), queries.PROFILE_FIELDS)
        return render(request, "associations/profile.html", {"form": forms.ProfileForm(initial=initial)})
    form = forms.ProfileForm(request.POST)
    if not form.is_valid():
        return render(request, "associations/profile.html", {"form": form})
    try:
        operations.set_profile(found, form.profile, seen=form.cleaned_data["seen"], by=request.staff, at=timezone.now())
    except ChangedMeanwhile as meanwhile:
        return _meanwhile(request, "associations/profile.html", form.renewed(queries.newest_version(found)), meanwhile)
    _tell_saved(request, form)
    return redirect("office_association", code=request.association.code)


# 会長


@require_http_methods(["GET", "HEAD", "POST"])
@office_required(Role.ADMIN)
def presidents(request: HttpRequest) -> HttpResponse:
    """会長の記録と、新しい会長の登録。"""
    found, today = get_object_or_404(policy.editable_by(request.staff)), timezone.localdate()
    form = forms.PresidentForm(request.POST or None, on=today)
    if request.method == "POST" and form.is_valid():
        try:
            operations.begin_presidency(found, **form.cleaned_data, by=request.staff, at=timezone.now())
        except operations.NotAfterPredecessor as refusal:
            form.add_error("from_on", _after(refusal))
        else:
            messages.success(request, "会長を登録しました。修了証には、その日の会長の名が載ります。")
            return redirect("office_presidents", code=found.code)
    page = {"form": form, "presidents": queries.presidents(found), "today": today}
    return render(request, "associations/presidents.html", page)


@require_http_methods(["GET", "HEAD", "POST"])
@office_required(Role.ADMIN)
def president(request: HttpRequest, pk: int) -> HttpResponse:
    """いちばん新しい会長の書き誤りを直す。"""
    found = get_object_or_404(policy.correctable_by(request.staff), pk=pk)
    form = forms.PresidentForm(
        request.POST or None, on=timezone.localdate(), initial={"name": found.name, "from_on": found.from_on}
    )
    if request.method == "POST" and form.is_valid():
        try:
            operations.correct_presidency(found, **form.cleaned_data, by=request.staff, at=timezone.now())
        except operations.NotAfterPredecessor as refusal:
            form.add_error("from_on", _after(refusal))
        except ChangedMeanwhile as meanwhile:
            messages.warning(request, str(meanwhile))
            return redirect("office_presidents", code=request.association.code)
        else:
            messages.success(request, "会長の記録を直しました。すでに発行した修了証の会長名は変わりません。")
            return redirect("office_presidents", code=request.association.code)
    return render(request, "associations/president.html", {"form": form})


def _after(refusal: operations.NotAfterPredecessor) -> str:
    former = refusal.predecessor
    return f"前の会長（{former.name}）の就任日 {plain_date(former.from_on)}より後の日にしてください。"


# 未設定の医師会


@require_safe
@office_required(Role.VIEWER)
def missing_addresses(request: HttpRequest) -> HttpResponse:
    """通知先メールアドレスが未設定の医師会。都道府県医師会と日本医師会だけが見る。"""
    form, found, below = _missing(request)
    page = {
        "form": form,
        "page": Paginator(found, PER_PAGE).get_page(request.GET.get("page")),
        "below": below,
        "deadline": queries.deadline_notice(timezone.localdate()),
    }
    return render(request, "associations/missing_addresses.html", page)


@require_safe
@office_required(Role.VIEWER)
def missing_addresses_download(request: HttpRequest) -> HttpResponse:
    """一覧に出ているものを、そのまま CSV で。"""
    _, found, _ = _missing(request)
    return download(f"通知先未設定の医師会_{timezone.localdate():%Y%m%d}", MISSING_COLUMNS, found)


def _missing(request: HttpRequest) -> tuple[Any, Any, int]:
    """絞り込みの欄（日本医師会だけ）、条件に合う未設定の医師会、見守る医師会の数。"""
    if request.association.is_district:
        raise Http404
    below = policy.below(request.staff)
    found = queries.with_administrators_counted(queries.without_inquiry_address(below))
    form = None
    if request.association.is_national:
        form = forms.MissingFilter(request.GET, prefectures=queries.prefectures())
        found = queries.in_prefecture(found, form.chosen)
    return form, found, below.count()


# 環境設定


@require_http_methods(["GET", "HEAD", "POST"])
@office_required(Role.ADMIN)
def platform(request: HttpRequest) -> HttpResponse:
    """環境設定。日本医師会の管理者だけが開く。"""
    found = get_object_or_404(policy.platform_editable_by(request.staff))
    if request.method != "POST":
        form = forms.PlatformForm(initial=forms.initial_of(queries.newest_version(found), queries.PLATFORM_FIELDS))
        return _platform_page(request, form)
    form = forms.PlatformForm(request.POST)
    if not form.is_valid():
        return _platform_page(request, form)
    try:
        operations.set_platform(form.settings, seen=form.cleaned_data["seen"], by=request.staff, at=timezone.now())
    except ChangedMeanwhile as meanwhile:
        return _platform_page(request, form.renewed(queries.newest_version(found)), meanwhile.changes)
    _tell_saved(request, form)
    return redirect("office_platform", code=request.association.code)


def _platform_page(request: HttpRequest, form: Any, meanwhile: Any = ()) -> HttpResponse:
    changes = Paginator(queries.platform_changes(), PER_PAGE).get_page(request.GET.get("page"))
    page = {"form": form, "meanwhile": meanwhile, "form_failed": bool(meanwhile), "changes": changes}
    return render(request, "associations/platform.html", page)


def _meanwhile(request: HttpRequest, template: str, form: Any, meanwhile: ChangedMeanwhile) -> HttpResponse:
    return render(request, template, {"form": form, "meanwhile": meanwhile.changes, "form_failed": True})


def _tell_saved(request: HttpRequest, form: forms.Versioned) -> None:
    """保存したことと、字を直して受け取ったことを言う。"""
    reshaped = form.reshaped()
    told = f"字の形をそろえました：{'、'.join(reshaped)}" if reshaped else ""
    messages.success(request, f"保存しました。{told}")
