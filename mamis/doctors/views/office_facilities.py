"""事務局の施設マスタ：探す、見る、足す、直す、引き継がせる、まとめる、元に戻す。"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from mamis.associations.doors import office_required
from mamis.associations.forms.office import initial_of
from mamis.associations.rules import Role
from mamis.audit.operations import record
from mamis.doctors import columns, operations, policy, queries
from mamis.doctors.forms.facilities import FacilityConditions, FacilityForm, FacilitySearch, RequestSearch
from mamis.doctors.models import Facility, FacilityRequest
from mamis.doctors.operations import CannotMerge, CodeTaken, FacilityChanged, FacilityGone, RequestResolved
from mamis.doctors.rules import FACILITY_STATE_LABELS
from mamis.tabular.csv import download

ROWS = 50
# 施設の画面に出す、変更の記録の数。
CHANGES = 20
FORM_FIELDS = tuple(name for name in FacilityForm.base_fields if name not in {"seen", "prefecture"})


@dataclass(frozen=True)
class Head:
    """並べ替えのできる列の頭。"""

    label: str
    query: str
    order: str


@require_safe
@office_required(Role.VIEWER)
def facility_list(request: HttpRequest) -> HttpResponse:
    """施設の一覧。はじめは、自分の医師会の都道府県のもの。"""
    form = _conditions(request)
    today = timezone.localdate()
    page = Paginator(_found(request, form), ROWS).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "rows": [(one, FACILITY_STATE_LABELS[one.state(today)]) for one in page],
        "heads": list(_heads(request, form.sort)),
        "may_write": request.staff.may(Role.CLERK),
    }
    return render(request, "doctors/office/facility_list.html", context)


@require_safe
@office_required(Role.VIEWER)
def facility_download(request: HttpRequest) -> HttpResponseBase:
    """画面に出ている一覧の、すべての頁の CSV。"""
    rows = list(_found(request, _conditions(request)))
    record(
        by=request.user.pk,
        association_id=request.association.pk,
        act="施設の一覧のダウンロード",
        about=f"{len(rows)} 件",
        at=timezone.now(),
    )
    return download("施設", columns.facilities(timezone.localdate()), rows)


@require_safe
@office_required(Role.VIEWER)
def facility(request: HttpRequest, pk: int) -> HttpResponse:
    """一つの施設：書かれていること、この医師会から見える勤める医師、まとめた施設、変更の記録。"""
    found = _facility(policy.facilities_visible_to(request.staff), pk)
    today = timezone.localdate()
    works = queries.doctors_at(found, policy.visible_to(request.staff, today), today)
    context = {
        "facility": found,
        "state": FACILITY_STATE_LABELS[found.state(today)],
        "may_change": policy.facilities_changeable_by(request.staff).filter(pk=pk).exists(),
        "page": Paginator(works, ROWS).get_page(request.GET.get("page")),
        "merges": queries.open_merges(found),
        "changes": queries.facility_changes(found)[:CHANGES],
    }
    return render(request, "doctors/office/facility.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@office_required(Role.CLERK)
def facility_new(request: HttpRequest) -> HttpResponse:
    """施設を足す。同じ名や同じ電話の施設がないかを確かめてから、足す。"""
    page = _Writing("施設を足す", "この施設を足す", "office_facilities")
    return _write(
        request,
        page,
        lambda facts: operations.add_facility(facts, by=request.staff, at=timezone.now()),
        lambda made: f"「{made.name}」を施設マスタに足しました。",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@office_required(Role.CLERK)
def facility_correction(request: HttpRequest, pk: int) -> HttpResponse:
    """書かれていることを直す。"""
    found = _facility(policy.facilities_changeable_by(request.staff), pk)
    prefectures = policy.facility_prefectures_of(request.staff)
    template, context = "doctors/office/facility_correction.html", {"facility": found}
    if request.method != "POST":
        initial = initial_of(queries.newest_facility_version(found), FORM_FIELDS) | {"prefecture": found.prefecture_id}
        return render(request, template, context | {"form": FacilityForm(prefectures=prefectures, initial=initial)})
    form = FacilityForm(request.POST, prefectures=prefectures)
    meanwhile: Iterable[Any] = ()
    if form.is_valid():
        try:
            operations.correct_facility(
                found, form.facts(found), seen=form.cleaned_data["seen"], by=request.staff, at=timezone.now()
            )
        except CodeTaken as refusal:
            form.add_error("code", str(refusal))
        except FacilityChanged as changed:
            form.renewed(queries.newest_facility_version(found))
            meanwhile = changed.changes
        else:
            messages.success(request, "施設の記録を直しました。")
            return redirect("office_facility", code=request.association.code, pk=pk)
    context |= {"form": form, "meanwhile": meanwhile, "form_failed": True}
    return render(request, template, context, status=422)


@require_http_methods(["GET", "HEAD", "POST"])
@office_required(Role.CLERK)
def facility_succession(request: HttpRequest, pk: int) -> HttpResponse:
    """引き継いだ施設を選ぶ。"""
    found = _facility(policy.facilities_changeable_by(request.staff), pk)
    if "none" in request.POST:
        operations.set_successor(found, None, by=request.staff, at=timezone.now())
        messages.success(request, "引き継いだ施設を、なしにしました。")
        return redirect("office_facility", code=request.association.code, pk=pk)
    choosing = _Choosing(
        title="引き継いだ施設を選ぶ",
        lead=f"「{found.name}」のあとを引き継いだ施設を探して、選んでください。",
        ask=f"「{found.name}」のあとを、この施設が引き継いだことにします。",
        button="引き継いだ施設にする",
        subject=found,
    )

    def act(chosen: Facility) -> str:
        operations.set_successor(found, chosen, by=request.staff, at=timezone.now())
        return f"引き継いだ施設を「{chosen.name}」にしました。"

    return _choose(request, choosing, policy.facilities_visible_to(request.staff), act)


@require_http_methods(["GET", "HEAD", "POST"])
@office_required(Role.CLERK)
def facility_merge(request: HttpRequest, pk: int) -> HttpResponse:
    """二重に書かれた施設を、残す施設にまとめる。"""
    found = _facility(policy.facilities_changeable_by(request.staff).filter(merged_into=None), pk)
    choosing = _Choosing(
        title="ほかの施設にまとめる",
        lead=f"「{found.name}」と同じ施設が二重に書かれているとき、残すほうの施設を探して、選んでください。",
        ask=f"「{found.name}」に勤める医師の所属施設は、過ぎたものも、みなこの施設に移ります。"
        f"「{found.name}」は一覧と候補に出なくなります。あとから元に戻せます。",
        button="この施設にまとめる",
        subject=found,
        words=found.name,
        prefecture_code=found.prefecture_id,
    )

    def act(chosen: Facility) -> str:
        merge = operations.merge_facilities(found, into=chosen, by=request.staff, at=timezone.now())
        return f"「{found.name}」を「{chosen.name}」にまとめました。所属施設 {len(merge.moved)} 件を移しました。"

    return _choose(request, choosing, policy.facilities_changeable_by(request.staff), act)


@require_http_methods(["GET", "HEAD", "POST"])
@office_required(Role.CLERK)
def facility_separation(request: HttpRequest, pk: int) -> HttpResponse:
    """まとめた施設を、元に戻す。"""
    found = _facility(policy.facilities_changeable_by(request.staff).exclude(merged_into=None), pk)
    if request.method == "POST":
        try:
            operations.separate_facility(found, by=request.staff, at=timezone.now())
        except (CannotMerge, CodeTaken) as refusal:
            context = {"facility": found, "refusal": refusal, "form_failed": True}
            return render(request, "doctors/office/facility_separation.html", context, status=422)
        messages.success(request, f"「{found.name}」を元に戻しました。")
        return redirect("office_facility", code=request.association.code, pk=pk)
    return render(request, "doctors/office/facility_separation.html", {"facility": found})


# 未定の施設


@require_safe
@office_required(Role.VIEWER)
def request_list(request: HttpRequest) -> HttpResponse:
    """決まっていない未定の施設。古いものが先。"""
    form = RequestSearch(request.GET)
    found = queries.find_requests(policy.facility_requests_visible_to(request.staff), form.words)
    context = {
        "form": form,
        "page": Paginator(found, ROWS).get_page(request.GET.get("page")),
        "today": timezone.localdate(),
        "may_resolve": request.staff.may(Role.CLERK),
    }
    return render(request, "doctors/office/facility_request_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@office_required(Role.CLERK)
def facility_request(request: HttpRequest, pk: int) -> HttpResponse:
    """未定の施設を、施設マスタの施設に決める。書いた全員の所属施設が、一度に決まる。"""
    asked = _request(request, pk)
    choosing = _Choosing(
        title=f"「{asked.name}」を決める",
        lead="施設マスタから同じ施設を探して、選んでください。なければ、施設マスタに足して決めます。",
        ask=f"「{asked.name}」と書いた医師 {asked.doctor_count} 人の所属施設が、この施設に決まります。",
        button="この施設に決める",
        subject=asked,
        words=asked.name,
        prefecture_code=asked.prefecture_id,
    )

    def act(chosen: Facility) -> str:
        operations.resolve_request(asked, chosen, by=request.staff, at=timezone.now())
        return f"「{asked.name}」と書いた医師 {asked.doctor_count} 人の所属施設を「{chosen.name}」に決めました。"

    return _choose(request, choosing, policy.facilities_visible_to(request.staff), act)


@require_http_methods(["GET", "HEAD", "POST"])
@office_required(Role.CLERK)
def facility_request_new(request: HttpRequest, pk: int) -> HttpResponse:
    """未定の施設を、施設マスタに足して決める。"""
    asked = _request(request, pk)
    page = _Writing(
        f"「{asked.name}」を施設マスタに足す",
        "この施設を足して、決める",
        "office_facility_requests",
        asked=asked,
        initial={"name": asked.name, "prefecture": asked.prefecture_id},
    )
    return _write(
        request,
        page,
        lambda facts: operations.resolve_with_new(asked, facts, by=request.staff, at=timezone.now()).facility,
        lambda made: f"「{made.name}」を足し、医師 {asked.doctor_count} 人の所属施設を決めました。",
    )


# 書く、選ぶ


@dataclass(frozen=True)
class _Writing:
    """施設を足す画面：題、確かめたあとのボタン、やめたときに戻る画面、もとになった未定の施設。"""

    title: str
    button: str
    back: str
    asked: Any = None
    initial: dict[str, Any] | None = None


def _write(request: HttpRequest, page: _Writing, act: Callable[[Any], Any], done: Callable[[Any], str]) -> HttpResponse:
    """書く、確かめる、足す。"""
    prefectures = policy.facility_prefectures_of(request.staff)
    form = FacilityForm(
        request.POST if request.method == "POST" else None, prefectures=prefectures, initial=page.initial
    )
    context = {"form": form, "page": page}
    if not form.is_valid() or "rewrite" in request.POST:
        status = 422 if form.errors else 200
        return render(request, "doctors/office/facility_new.html", context, status=status)
    facts = form.facts()
    if "confirmed" not in request.POST:
        context["namesakes"] = queries.namesakes(
            policy.facilities_visible_to(request.staff),
            name=facts.name,
            telephone=facts.telephone,
            prefecture_code=facts.prefecture_code,
        )
        return render(request, "doctors/office/facility_confirm.html", context)
    try:
        made = act(facts)
    except CodeTaken as refusal:
        form.add_error("code", str(refusal))
        return render(request, "doctors/office/facility_new.html", context, status=422)
    except RequestResolved as refusal:
        messages.warning(request, str(refusal))
        return redirect("office_facility_requests", code=request.association.code)
    messages.success(request, done(made))
    return redirect("office_facility", code=request.association.code, pk=made.pk)


@dataclass(frozen=True)
class _Choosing:
    """施設を一つ選ぶ画面：題、案内、確かめの文、ボタン、何について選ぶか、はじめの言葉、探す都道府県。"""

    title: str
    lead: str
    ask: str
    button: str
    subject: Facility | FacilityRequest
    words: str = ""
    prefecture_code: str = ""

    @property
    def is_request(self) -> bool:
        return isinstance(self.subject, FacilityRequest)


def _choose(
    request: HttpRequest, choosing: _Choosing, allowed: QuerySet[Facility], act: Callable[[Facility], str]
) -> HttpResponse:
    """探す、選ぶ、確かめる、する。"""
    subject = choosing.subject
    allowed = allowed.filter(merged_into=None)
    if choosing.prefecture_code:
        allowed = allowed.filter(prefecture=choosing.prefecture_code)
    if not choosing.is_request:
        allowed = allowed.exclude(pk=subject.pk)
    chosen = _chosen(allowed, request.POST.get("facility") or request.GET.get("facility", ""))
    context: dict[str, Any] = {"choosing": choosing, "chosen": chosen}
    if request.method == "POST" and chosen:
        try:
            done = act(chosen)
        except (CannotMerge, FacilityGone, RequestResolved) as refusal:
            context |= {"refusal": refusal, "form_failed": True}
            return render(request, "doctors/office/facility_choice.html", context, status=422)
        messages.success(request, done)
        return redirect(
            "office_facility", code=request.association.code, pk=(chosen if choosing.is_request else subject).pk
        )
    if chosen is None:
        form = FacilitySearch(request.GET, words=choosing.words)
        found = queries.facility_candidates(form.words, choosing.prefecture_code)
        facilities = [one for one in found.facilities if choosing.is_request or one.pk != subject.pk]
        context |= {"form": form, "found": found, "facilities": facilities, "form_failed": request.method == "POST"}
    return render(
        request, "doctors/office/facility_choice.html", context, status=422 if request.method == "POST" else 200
    )


def _chosen(allowed: QuerySet[Facility], typed: str) -> Facility | None:
    """選ばれた施設。選べないものなら、選ばれていない。"""
    number = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 19 else 0
    return allowed.select_related("prefecture", "municipality").filter(pk=number).first()


# 一覧


def _conditions(request: HttpRequest) -> FacilityConditions:
    own = request.association.prefecture_id or ""
    return FacilityConditions(request.GET, own=own, prefectures=policy.all_prefectures(), on=timezone.localdate())


def _found(request: HttpRequest, form: FacilityConditions) -> QuerySet[Facility]:
    return queries.find_facilities(policy.facilities_visible_to(request.staff), form.filters(), timezone.localdate())


def _heads(request: HttpRequest, sort: str) -> Iterable[Head]:
    """列の頭。押すと、その列で並べ、もう一度押すと逆に並べる。"""
    for label, key in (
        ("施設名", "name"),
        ("種別", "kind"),
        ("所在地", ""),
        ("電話", ""),
        ("医療機関コード", "code"),
        ("状態", ""),
    ):
        query = request.GET.copy()
        query.pop("page", None)
        query["sort"] = f"-{key}" if sort == key else key
        order = {key: "ascending", f"-{key}": "descending"}.get(sort, "") if key else ""
        yield Head(label, query.urlencode() if key else "", order)


def _facility(facilities: QuerySet[Facility], pk: int) -> Facility:
    related = facilities.select_related("prefecture", "municipality", "successor", "merged_into")
    return get_object_or_404(related, pk=pk)


def _request(request: HttpRequest, pk: int) -> Any:
    requests = queries.find_requests(policy.facility_requests_resolvable_by(request.staff), "")
    return get_object_or_404(requests, pk=pk)
