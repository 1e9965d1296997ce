"""担当者：一覧、招待、役割、務めの終わり。"""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mamis.associations import operations, policy, queries
from mamis.associations.doors import office_required
from mamis.associations.forms import office as forms
from mamis.associations.rules import DORMANT_AFTER, INVITATION_LIVES, Role

HOURS = int(INVITATION_LIVES.total_seconds() // 3600)


@require_safe
@office_required(Role.ADMIN, own=True)
def staff_list(request: HttpRequest) -> HttpResponse:
    """担当者の一覧と、招いていてまだ承諾のない人。"""
    now = timezone.now()
    people = list(queries.with_second_factor(queries.with_dormancy(policy.manageable_by(request.staff), now)))
    page = {
        "people": people,
        "dormant": [person for person in people if person.is_dormant],
        "dormant_days": DORMANT_AFTER.days,
        "has_few_administrators": queries.has_few_administrators(people),
        "invitations": policy.invitations_manageable_by(request.staff),
        "now": now,
        "hours": HOURS,
    }
    return render(request, "associations/staff_list.html", page)


@require_http_methods(["GET", "HEAD", "POST"])
@office_required(Role.ADMIN, own=True)
def staff_member(request: HttpRequest, pk: int) -> HttpResponse:
    """担当者一人の役割を変える。"""
    member = get_object_or_404(policy.manageable_by(request.staff), pk=pk)
    form = forms.RoleForm(request.POST or None, initial={"role": Role(member.role).name.lower()})
    if request.method == "POST" and form.is_valid():
        try:
            operations.change_role(member, form.chosen, by=request.staff, at=timezone.now())
        except operations.LastAdministrator as refusal:
            form.add_error("role", str(refusal))
        else:
            messages.success(request, f"{member.user.name} さんの役割を変えました。次の操作から効きます。")
            return _back(request)
    return render(request, "associations/staff_member.html", {"form": form, **_person(request, member)})


@require_http_methods(["GET", "HEAD", "POST"])
@office_required(Role.ADMIN, own=True)
def staff_end(request: HttpRequest, pk: int) -> HttpResponse:
    """担当者一人の務めを終える。"""
    member = get_object_or_404(policy.manageable_by(request.staff), pk=pk)
    if request.method == "POST":
        try:
            operations.dismiss(member, by=request.staff, at=timezone.now())
        except operations.LastAdministrator as refusal:
            messages.warning(request, str(refusal))
        else:
            messages.success(
                request,
                f"{member.user.name} さんの{request.association.name}での務めを終えました。次の操作から断られます。",
            )
        return _back(request)
    return render(request, "associations/staff_end.html", _person(request, member))


@require_http_methods(["GET", "HEAD", "POST"])
@office_required(Role.ADMIN, own=True)
def invitation_new(request: HttpRequest) -> HttpResponse:
    """担当者を招く。答えは、そのアドレスの利用者がいるかどうかによらない。"""
    form = forms.InvitationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            operations.invite(form.cleaned_data["address"], form.chosen, by=request.staff, at=timezone.now())
        except (operations.AlreadyServing, operations.AlreadyInvited, operations.TooManyInvitations) as refusal:
            form.add_error("address", str(refusal))
        else:
            address = form.cleaned_data["address"]
            messages.success(
                request, f"{address} へ招待のメールを送ります。{HOURS}時間のうちに承諾するよう、お伝えください。"
            )
            return _back(request)
    return render(request, "associations/invitation_new.html", {"form": form, "hours": HOURS})


@require_POST
@office_required(Role.ADMIN, own=True)
def invitation_resending(request: HttpRequest, pk: int) -> HttpResponse:
    """招待を送り直す。"""
    found = get_object_or_404(policy.invitations_manageable_by(request.staff), pk=pk)
    try:
        operations.resend_invitation(found, by=request.staff, at=timezone.now())
    except operations.TooManyInvitations as refusal:
        messages.warning(request, str(refusal))
    except operations.InvitationDead:
        messages.warning(request, "この招待は、すでに承諾されたか、取り消されています。")
    else:
        messages.success(request, f"{found.address} へ送り直します。前のリンクは使えなくなりました。")
    return _back(request)


@require_POST
@office_required(Role.ADMIN, own=True)
def invitation_cancellation(request: HttpRequest, pk: int) -> HttpResponse:
    """招待を取り消す。"""
    found = get_object_or_404(policy.invitations_manageable_by(request.staff), pk=pk)
    try:
        operations.cancel_invitation(found, by=request.staff, at=timezone.now())
    except operations.InvitationDead:
        messages.warning(request, "この招待は、すでに承諾されたか、取り消されています。")
    else:
        messages.success(request, f"{found.address} への招待を取り消しました。送ったリンクは使えません。")
    return _back(request)


def _person(request: HttpRequest, member: object) -> dict[str, object]:
    """その人と、その人が最後の管理者か。できないことは、頁が勧めない。"""
    people = list(policy.manageable_by(request.staff))
    is_last = member.is_administrator and queries.has_few_administrators(people)
    return {"member": member, "is_last": is_last, "is_self": member.pk == request.staff.pk}


def _back(request: HttpRequest) -> HttpResponse:
    """担当者の一覧へ。自分の役割や務めを変えた人は、いま入れるところへ。"""
    if policy.is_on_duty(request.staff, Role.ADMIN):
        return redirect("office_staff", code=request.association.code)
    return redirect("home")
