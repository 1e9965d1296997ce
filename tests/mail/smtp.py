"""試験のための本物のSMTPサーバー。断る、途切れる、止まる、をさせられる。"""

import socket
from collections.abc import Callable
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

OK = "250 OK"
DROP = "drop"
Answer = Callable[[str], str]


class Server:
    """受け取ったメールを覚えているSMTPサーバー。`at_recipient` と `at_data` が、宛先ごとの答えを決める。"""

    def __init__(self, port: int = 0, at_recipient: Answer = lambda _: OK, at_data: Answer = lambda _: OK) -> None:
        self.received: list[tuple[str, EmailMessage]] = []
        self.at_recipient, self.at_data = at_recipient, at_data
        self.controller = Controller(self, hostname="127.0.0.1", port=port or free_port())

    @property
    def port(self) -> int:
        return self.controller.port

    @property
    def message_ids(self) -> list[str]:
        return [str(message["Message-ID"]) for _, message in self.received]

    def start(self) -> "Server":
        self.controller.start()
        return self

    def stop(self) -> None:
        self.controller.stop()

    def __enter__(self) -> "Server":
        return self.start()

    def __exit__(self, *exception: Any) -> None:
        self.stop()

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = self.at_recipient(address)
        if answer == OK:
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        answer = self.at_data(envelope.rcpt_tos[0])
        if answer == DROP:
            server.transport.abort()
            return OK
        if answer == OK:
            content = envelope.original_content or b""
            self.received.append((envelope.rcpt_tos[0], message_from_bytes(content, policy=policy.default)))
        return answer


def free_port() -> int:
    """いま空いている番号。"""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
