"""ログの書式。メールアドレスと、データベースが教えてくる値は書かない。"""

import logging
import re

MAIL_ADDRESS = re.compile(r"[^\s<>\"'=(),;:]+@[^\s<>\"'(),;:]+")
# PostgreSQLは「Key (email)=(…)」のように、入力された値をDETAILとCONTEXTの行に書く。
VALUES_FROM_DATABASE = re.compile(r"^(DETAIL|CONTEXT|LINE \d+):.*(\n\s+.*)?$", re.MULTILINE)


class Formatter(logging.Formatter):
    """一行の記録。個人に関わる値を伏せる。"""

    def __init__(self) -> None:
        super().__init__("{asctime} {levelname} {name} {message}", style="{")

    def format(self, record: logging.LogRecord) -> str:
        """書式を当て、個人に関わる値を伏せる。"""
        line = super().format(record)
        return MAIL_ADDRESS.sub("＊＊＊", VALUES_FROM_DATABASE.sub(r"\1: ＊＊＊", line))
