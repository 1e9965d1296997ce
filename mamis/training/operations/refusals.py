"""断り。事実の名を持ち、読む人への言葉を持つ。"""

from datetime import date

from mamis.doctors.operations import OwnCase
from mamis.japanese.calendar import long_date
from mamis.training.models import CompletionApplication
from mamis.training.rules import PAPER_DAY_REFUSED, Evaluation


class RequirementsNotMet(Exception):
    """単位が要件に足りない。"""

    def __init__(self, evaluation: Evaluation) -> None:
        super().__init__("単位が要件に足りません。足りない単位をご確認ください。")
        self.evaluation = evaluation


class DestinationNotAllowed(Exception):
    """その医師会は、この医師の申請先にならない。"""

    def __init__(self) -> None:
        super().__init__("申請先は、画面に出ている医師会から選んでください。")


class AlreadyLive(Exception):
    """同じ研修の、まだ決まっていない申請がある。"""

    def __init__(self, application: CompletionApplication) -> None:
        super().__init__("すでに申請されています。")
        self.application = application


class CertificateStillValid(Exception):
    """有効な修了証の期限が、まだ先である。"""

    def __init__(self, opens_on: date) -> None:
        super().__init__(f"有効な修了証をお持ちです。次の申請は、{long_date(opens_on)}からできます。")
        self.opens_on = opens_on


class ActivityNotOffered(Exception):
    """その活動は、この申請の活動の表にない。"""

    def __init__(self) -> None:
        super().__init__("活動は、一覧から選んでください。")


class PaperDayNotAllowed(Exception):
    """紙の申請日が、まだ来ていないか、古すぎる。"""

    def __init__(self) -> None:
        super().__init__(PAPER_DAY_REFUSED)


class EnteredByYourself(OwnCase):
    """自分が代行入力した申請は、ほかに決められる人がいるかぎり、自分では承認できない。"""

    def __str__(self) -> str:
        return "ご自身が代行入力した申請は、ほかの担当者が承認します。"


class PresidentMissing(Exception):
    """修了証に載せる会長名がない。"""

    def __init__(self) -> None:
        super().__init__("修了証に載せる会長名が登録されていません。「医師会情報」で登録してから承認してください。")


class SameCreditExists(Exception):
    """同じ日の同じ内容の単位が、すでに台帳にある。"""

    def __init__(self) -> None:
        super().__init__("同じ日の同じ内容の単位が、すでに登録されています。")


class AlreadyReversed(Exception):
    """その単位は、もう取り消されている。"""

    def __init__(self) -> None:
        super().__init__("この単位は、すでに取り消されています。")


class TooLateToUndo(Exception):
    """承認した日が過ぎたか、修了証がもう取り出されている。取りやめではなく、取消しになる。"""

    def __init__(self, why: str) -> None:
        super().__init__(f"{why}、取りやめられません。管理者が「取消」をしてください。")


class CertificateGone(Exception):
    """その修了証は、取り消されたか、承認が取りやめになった。"""

    def __init__(self) -> None:
        super().__init__("この修了証は、お使いになれません。")
