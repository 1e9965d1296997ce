"""マイページTOP：この医師が、いましなければならないこと。"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from mamis.doctors.doors import doctor_or_delegate
from mamis.doctors.rules import Act
from mamis.web import homes


@doctor_or_delegate(Act.READ)
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """していただきたいこと、申請の状況、研修の単位、所属と会員区分。"""
    return render(request, "web/mypage_home.html", homes.mypage(request.doctor, at=timezone.now()))
