"""練習用のメール受け。"""

import smtplib
import socket
import subprocess
import sys
from email.message import EmailMessage

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from mamis.demo.models import ReceivedMail
from mamis.demo.templatetags.mailbox import with_own_links
from tests.jobs.worker import ROOT, environment, wait_until
from tests.mail.smtp import free_port

LIST = "demo_mailbox"


def mail(to: str, subject: str, body: str) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "no-reply@mamis.example", to, subject
    message["Message-ID"] = "<1@mamis.example>"
    message.set_content(body)
    return message


def keep(to: str, subject: str, body: str = "本文") -> ReceivedMail:
    return ReceivedMail.objects.create(
        received_at=f"2026-06-0{ReceivedMail.objects.count() + 1}T12:00:00+09:00",
        envelope_from="no-reply@mamis.example",
        envelope_to=to,
        subject=subject,
        body=body,
        raw=b"",
    )


def answers(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.mark.django_db(transaction=True)
def test_a_mail_sent_over_smtp_is_kept_once_for_each_recipient() -> None:
    port = free_port()
    mailbox = subprocess.Popen(
        [sys.executable, "manage.py", "receive_mail", "--port", str(port)], cwd=ROOT, env=environment(DEMO="1")
    )
    try:
        assert wait_until(lambda: answers(port))
        with smtplib.SMTP("127.0.0.1", port, timeout=10) as smtp:
            smtp.send_message(
                mail("yamada@clinic.example", "申請を受け付けました", "髙﨑 𠮷 先生"),
                to_addrs=["a@b.example", "c@d.example"],
            )
            smtp.sendmail(
                "no-reply@mamis.example",
                ["e@f.example"],
                b"Subject: =?x?b?\xff\r\nContent-Type: text/plain; charset=nonsense\r\n\r\n\x00\xff",
            )
        mailbox.terminate()
        code = mailbox.wait(timeout=10)
    finally:
        mailbox.kill()

    kept = ReceivedMail.objects.order_by("pk").values_list("envelope_to", "subject", "message_id", "body")
    assert (code, list(kept)[:2]) == (
        0,
        [(to, "申請を受け付けました", "<1@mamis.example>", "髙﨑 𠮷 先生\n") for to in ("a@b.example", "c@d.example")],
    )
    assert len(kept) == 3


@pytest.mark.django_db
def test_a_port_in_use_gives_one_clear_line() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        command = [sys.executable, "manage.py", "receive_mail", "--port", str(port)]
        result = subprocess.run(
            command, cwd=ROOT, env=environment(DEMO="1"), capture_output=True, timeout=30, check=False
        )

    assert result.returncode == 1
    assert f"127.0.0.1:{port} で待ち受けられません" in result.stderr.decode()
    assert "Traceback" not in result.stderr.decode()


@pytest.mark.django_db
def test_the_list_shows_the_newest_first_and_only_the_chosen_recipient(client: Client) -> None:
    empty = client.get(reverse(LIST)).content.decode()
    first, second = keep("yamada@clinic.example", "はじめの知らせ"), keep("office@ishikai.example", "次の知らせ")

    everything = client.get(reverse(LIST)).content.decode()
    chosen = client.get(reverse(LIST), {"to": "yamada@clinic.example"}).content.decode()
    unknown = client.get(reverse(LIST), {"to": "nobody@clinic.example"}).content.decode()

    assert "まだメールは届いていません。" in empty
    assert everything.index(second.subject) < everything.index(first.subject)
    assert (first.subject in chosen, second.subject in chosen) == (True, False)
    assert (first.subject in unknown, second.subject in unknown) == (True, True)


@pytest.mark.django_db
def test_a_mail_is_shown_whole_and_as_text(client: Client) -> None:
    kept = keep("yamada@clinic.example", "<b>件名</b>", "一行目\n<script>alert(1)</script>")

    page = client.get(reverse("demo_mailbox_message", kwargs={"pk": kept.pk})).content.decode()

    assert "&lt;b&gt;件名&lt;/b&gt;" in page
    assert "一行目<br>&lt;script&gt;" in page
    assert "yamada@clinic.example" in page


def test_only_links_to_ourselves_can_be_pressed() -> None:
    own = f"{settings.BASE_URL}/mypage/completions/S-1/?a=1&b=2"

    foreign = f"https://evil.example/ {settings.BASE_URL}.evil.example/"

    drawn = with_own_links(f"ここ {own}\nよそ {foreign} <i>")

    pressed = own.replace("&", "&amp;")
    assert drawn == f'ここ <a href="{pressed}">{pressed}</a>\nよそ {foreign} &lt;i&gt;'
