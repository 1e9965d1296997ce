"""配達の証明：働き手を20回不意に殺し、SMTPがときどき断っても、一通も失われない。

1,000 通を預け、送っている最中の働き手を SIGKILL で 20 回殺す。そのあいだ SMTP サーバーは、四回に一回ほど 4xx で断り、
二度、接続そのものを拒む。失われた0、二度届いたのは殺した回数まで、しかも同じ Message-ID、止まったもの0、を確かめる。
"""

import random
import threading
import time
from collections import Counter
from dataclasses import dataclass, field

import pytest
from django.db import transaction
from django.db.models import Count

from mamis.mail.models import WAITING, Message, MessageState
from mamis.mail.outbox import post
from mamis.mail.tasks import orphans
from tests.jobs.worker import Worker, wait_until
from tests.mail.conftest import note_templates  # noqa: F401 試験のメールのひな型
from tests.mail.notes import NOON, Note, NoteFacts
from tests.mail.smtp import Server, free_port

MAILS = 1000
KILLS = 20
REFUSED_OF_100 = 25
OUT_OF_ORDER_SECONDS = 4
# この殺しのあと、接続そのものを拒む。
OUT_OF_ORDER_AFTER = (6, 14)


@dataclass
class Fate:
    """断りと殺しを決める。殺すのは、受け取ったその時か、断ったその時か、そのあいだのどこかの時。"""

    chance: random.Random
    worker: Worker
    refused: int = 0
    armed: threading.Event = field(default_factory=threading.Event)
    struck: threading.Event = field(default_factory=threading.Event)
    countdown: int = 0

    def arm(self) -> None:
        """次の何通かのうちに殺す。"""
        self.countdown = self.chance.randint(3, 40)
        self.struck.clear()
        self.armed.set()

    def at_recipient(self, _: str) -> str:
        if self.chance.randrange(100) < REFUSED_OF_100 / 2:
            self.refused += 1
            return "450 4.2.0 mailbox busy"
        return "250 OK"

    def at_data(self, _: str) -> str:
        if self.chance.randrange(100) < REFUSED_OF_100 / 2:
            self.refused += 1
            return "451 4.3.0 try again later"
        if self.armed.is_set():
            self.countdown -= 1
            if self.countdown <= 0:
                self.armed.clear()
                self.strike()
        return "250 OK"

    def strike(self) -> None:
        """サーバーが受け取ったあと、働き手がそれを書き留めるより前か後の、わずかな間に殺す。"""
        threading.Timer(self.chance.choice((0.0, 0.002, 0.005, 0.01, 0.05)), self.kill).start()

    def kill(self) -> None:
        assert self.worker.process is not None
        self.worker.process.kill()
        self.struck.set()


@transaction.atomic
def post_all() -> dict[str, str]:
    """預けたメール：Message-ID と宛先。"""
    posted = [post(Note(NoteFacts(address=f"doctor{number}@clinic.example")), at=NOON)[0] for number in range(MAILS)]
    return {message.message_id: message.recipient_address for message in posted}


@pytest.mark.django_db(transaction=True)
def test_killing_the_worker_twenty_times_loses_nothing_and_doubles_at_most_one_mail_each_time() -> None:
    posted = post_all()
    port = free_port()
    worker = Worker(
        SMTP_HOST="127.0.0.1",
        SMTP_PORT=str(port),
        MAIL_RETRY_FIRST="1",
        MAIL_RETRY_LONGEST="4",
        MAIL_RETRY_ATTEMPTS="60",
    )
    fate = Fate(random.Random(20261122), worker)
    begun = time.monotonic()
    received: list[tuple[str, str]] = []
    server = Server(port, fate.at_recipient, fate.at_data).start()
    kills = 0
    try:
        while kills < KILLS and Message.objects.filter(state__in=WAITING).exists():
            fate.arm()
            worker.start()
            assert fate.struck.wait(timeout=60), "the worker did not come so far"
            worker.kill()
            kills += 1
            if kills in OUT_OF_ORDER_AFTER:
                server.stop()
                worker.start()
                time.sleep(OUT_OF_ORDER_SECONDS)
                worker.kill()
                kills += 1
                received += [(to, str(message["Message-ID"])) for to, message in server.received]
                server = Server(port, fate.at_recipient, fate.at_data).start()
        fate.armed.clear()
        worker.start()
        ended = wait_until(lambda: not Message.objects.filter(state__in=WAITING).exists(), seconds=150)
        code = worker.stop()
    finally:
        if worker.process is not None and worker.process.poll() is None:
            worker.kill()
        server.stop()
    received += [(to, str(message["Message-ID"])) for to, message in server.received]

    times = Counter(message_id for _, message_id in received)
    doubles = sum(times.values()) - len(times)
    attempts = Counter(Message.objects.values_list("attempts", flat=True))
    print(  # noqa: T201 証明の数字
        f"\n{MAILS} mails, {kills} kills, {fate.refused} refusals: {len(times)} arrived, {doubles} doubled, "
        f"{MAILS - len(times)} lost, {time.monotonic() - begun:.0f} s, most attempts {max(attempts)}"
    )
    assert (ended, code, kills) == (True, 0, KILLS)
    assert {message_id: to for to, message_id in received} == posted
    assert doubles <= kills
    assert dict(Message.objects.values_list("state").annotate(Count("pk"))) == {MessageState.SENT: MAILS}
    assert orphans() == []
