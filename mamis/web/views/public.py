"""だれでも見られる頁：入口、操作マニュアル、リリースノート、決まりごと。"""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from mamis.doctors import policy as doctors_policy
from mamis.web import manual as books
from mamis.web.context import Frame


@login_not_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """入口。医師はマイページ、事務局の人は事務局TOP、登録の確認を待つ人はその状況、ほかの人はログインへ。"""
    frame = Frame(request)
    if not request.user.is_authenticated:
        return redirect(settings.LOGIN_URL)
    if frame.has_mypage:
        return redirect("mypage_home")
    if frame.offices:
        return redirect(frame.offices[0].url)
    if frame.delegations:
        return redirect(frame.delegations[0].url if len(frame.delegations) == 1 else "delegation_list")
    if doctors_policy.registrations_of(request.user).exists():
        return redirect("registration_status")
    return render(request, "web/no_hat.html")


@login_not_required
@require_safe
def manual(request: HttpRequest) -> HttpResponse:
    """操作マニュアルの表紙。"""
    return render(request, "web/manual.html", {"books": books.BOOKS.values()})


@login_not_required
@require_safe
def manual_book(request: HttpRequest, book: str) -> HttpResponse:
    """操作マニュアルの一冊。"""
    if book not in books.BOOKS:
        raise Http404
    return render(request, "web/manual_book.html", {"book": books.BOOKS[book], **books.read(books.BOOKS[book].path)})


@login_not_required
@require_safe
def manual_image(request: HttpRequest, name: str) -> FileResponse:
    """操作マニュアルの絵。"""
    path = books.image(name)
    if path is None:
        raise Http404
    return FileResponse(path.open("rb"), content_type="image/png")


@login_not_required
@require_safe
def release_notes(request: HttpRequest) -> HttpResponse:
    """リリースノート。"""
    return render(request, "web/release_notes.html", books.read(books.RELEASE_NOTES))


@login_not_required
@require_safe
def help_(request: HttpRequest) -> HttpResponse:
    """管理者が分からないとき。"""
    return render(request, "web/help.html")


@login_not_required
@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """個人情報の取り扱い。"""
    return render(request, "web/privacy.html")


@login_not_required
@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """アクセシビリティ。"""
    return render(request, "web/accessibility.html")
