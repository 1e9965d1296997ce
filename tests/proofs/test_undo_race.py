"""承認の取りやめと、修了証のダウンロードが同時でも、成り立つのは一つである（行の鍵が決める）。"""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier

import pytest
from django.db import connection

from mamis.training.models import Certificate, CertificateTaken, CompletionApplication
from mamis.training.operations import CertificateGone, TooLateToUndo, take_certificate, undo_approval
from tests.world import make_world

ROUNDS = 12

pytestmark = pytest.mark.django_db(transaction=True)


def test_取りやめとダウンロードは_どちらか一つだけが成り立つ() -> None:
    world = make_world()
    clerk, later = world.clerk(world.district), world.at + timedelta(hours=5)
    won = Counter[str]()

    for number in range(ROUNDS):
        doctor = world.member(f"医師{number}", "花子", world.district)
        world.credit(doctor, 19, date(2026, 3, 14), by=clerk)
        application = world.submit(doctor, world.district)
        world.approve(application, clerk)
        certificate = Certificate.objects.get(application=application)
        start = Barrier(2)

        def take(certificate=certificate, user=doctor.user, start=start) -> str:
            start.wait(timeout=30)
            try:
                take_certificate(certificate, by=user, at=later)
            except CertificateGone:
                return ""
            finally:
                connection.close()
            return "take"

        def undo(application=application, start=start) -> str:
            start.wait(timeout=30)
            try:
                undo_approval(application, reason="取り違えました。", by=clerk, at=later)
            except TooLateToUndo:
                return ""
            finally:
                connection.close()
            return "undo"

        with ThreadPoolExecutor(2) as pool:
            winners = [done.result() for done in (pool.submit(take), pool.submit(undo))]

        (winner,) = filter(None, winners)
        won[winner] += 1
        state = CompletionApplication.objects.get(pk=application.pk).state
        taken = CertificateTaken.objects.filter(certificate=certificate).exists()
        assert (state, taken) == (("approved", True) if winner == "take" else ("submitted", False))

    assert won.total() == ROUNDS
