"""データの取り込みの仕事。"""

from django.db import transaction
from django.utils import timezone
from procrastinate.contrib.django import app

from mamis.members.operations import QUEUE, TASK, hand_over, work_on


@app.task(name=TASK, queue=QUEUE)
@transaction.atomic
def work(of_import: int) -> None:
    """何百行かを進め、残りがあれば、次の仕事を同じトランザクションで預ける。倒れれば、この何百行かは、なかったことになる。"""
    if work_on(of_import, at=timezone.now()):
        hand_over(of_import)
