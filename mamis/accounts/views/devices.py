"""ログイン中の端末。"""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from mamis.accounts import policy
from mamis.accounts.operations import end_device, end_other_devices
from mamis.accounts.views.visitor import SignedInRequest


@never_cache
@require_safe
def devices(request: SignedInRequest) -> HttpResponse:
    """ログイン中の端末の一覧。"""
    own = list(policy.devices_of(request.user))
    here = request.session.session_key
    page = {"devices": own, "here": here, "others": sum(one.session_key != here for one in own), "now": timezone.now()}
    return render(request, "accounts/devices.html", page)


@require_POST
def device_end(request: SignedInRequest, pk: int) -> HttpResponse:
    """一つの端末のログインを終える。"""
    device = get_object_or_404(policy.devices_of(request.user), pk=pk)
    end_device(device)
    messages.success(request, f"{device.device}でのログインを終えました。")
    return redirect("devices")


@require_POST
def devices_end_others(request: SignedInRequest) -> HttpResponse:
    """いまの端末のほかの、すべてのログインを終える。"""
    number = end_other_devices(request.user, request.session.session_key or "")
    messages.success(request, f"ほかの {number} 台でのログインを終えました。")
    return redirect("devices")
