"""ログインの残りの時間。"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from mamis.accounts.gate import before_consent
from mamis.accounts.middleware import ends_at, goes_on, note_times
from mamis.accounts.rules import ending_in_words, extended_in_words


@before_consent
@require_http_methods(["GET", "HEAD", "POST"])
def session_time(request: HttpRequest) -> HttpResponse:
    """いつログインが終わるかを答える。尋ねただけでは延ばさない。送れば、操作をしたことになる。

    限りを過ぎたあとに尋ねられても、ログインは終えない。終えると、そのあとに送られた書きかけを預かれない。
    """
    now = timezone.now()
    end = ends_at(request)
    if request.method == "POST" and end is not None and now < end:
        note_times(request, now)
        end = ends_at(request)
    if end is None:
        end = now
    here = timezone.localtime(end)
    clock = f"{here.hour}時{here.minute:02}分"
    told = ending_in_words(end - now, clock, goes_on=now < end and goes_on(request))
    if request.method == "POST" and not told.words:
        told = extended_in_words(clock)
    return JsonResponse({"words": told.words, "button": told.has_button, "again": told.again, "end": clock})
