"""断り。事実の名を持ち、読む人への言葉を持つ。"""

from mamis.associations.models import Association, JoinItem
from mamis.doctors.operations import LicenceTaken
from mamis.membership.models import Application, Joining
from mamis.membership.rules import Fault

FAULT_WORDS = {
    Fault.NO_PREFECTURE: "{name}の会員になるには、都道府県医師会の会員であることが必要です。",
    Fault.NO_DISTRICT: "{name}の会員になるには、その都道府県の郡市区等医師会の会員であることが必要です。",
    Fault.NO_PARTIAL: "{name}は、都道府県医師会と日本医師会にも入会していただく決まりです。",
}


class NothingChanges(Exception):
    """いまと何も変わらない。"""

    def __init__(self) -> None:
        super().__init__("いまと変わるところがありません。変わるところを選んでください。")


class SeatsNotAllowed(Exception):
    """望まれた在籍が、決まりに合わない。"""

    def __init__(self, fault: Fault, association: Association) -> None:
        super().__init__(FAULT_WORDS[fault].format(name=association.name))
        self.fault, self.association = fault, association


class CategoryNotOffered(Exception):
    """その会員区分は、その医師会の選べる会員区分ではない。"""

    def __init__(self, association: Association) -> None:
        super().__init__(f"{association.name}の会員区分を、一覧から選んでください。")
        self.association = association


class NotAnswered(Exception):
    """新しく入会する医師会の、必ず答えていただくことに、答えがない。"""

    def __init__(self, item: JoinItem) -> None:
        super().__init__(f"{item.association.name}がお尋ねしている「{item.label}」に、まだ答えがありません。")


class FacilityNotOffered(Exception):
    """その施設は、いまある施設ではないか、その段では施設を改められない。"""

    def __init__(self) -> None:
        super().__init__("所属施設を、候補から選んでください。")


class DayNotAllowed(Exception):
    """異動日として書けない日。"""

    def __init__(self, name: str = "異動日", *, by_office: bool = False) -> None:
        earliest = "" if by_office else "180 日前から"
        super().__init__(f"{name}は、{earliest}一年先までの日にしてください。")


class DayBeforeSeat(Exception):
    """異動日が、いまの在籍か会員区分の始まりより前、または前の在籍の終わりより前である。"""

    def __init__(self, association: Association) -> None:
        super().__init__(f"異動日が、{association.name}のいまの記録の始まりより前です。日付をご確認ください。")
        self.association = association


class SeatEnds(Exception):
    """いまの在籍の、終わる日が決まっている。"""

    def __init__(self, association: Association) -> None:
        super().__init__(
            f"{association.name}を退会する日が、すでに決まっています。先に、{association.name}にお尋ねください。"
        )
        self.association = association


class SeatsClaimed(Exception):
    """同じ医師会についての、決まっていない届出がある。"""

    def __init__(self, application: Application) -> None:
        super().__init__("同じ医師会についての届出を、すでに受け付けています。決まるまで、新しい届出はできません。")
        self.application = application


class ChangeAhead(Exception):
    """決まったが、その日がまだ来ていない届出がある。"""

    def __init__(self, application: Application) -> None:
        super().__init__("すでに決まった、これからの異動があります。先に、その届出を取りやめてください。")
        self.application = application


class AssociationsChanged(Exception):
    """直すときに、医師会の組み合わせが変わった。"""

    def __init__(self) -> None:
        super().__init__("医師会を変えるときは、この届出を取り下げて、新しく届け出てください。")


class ProfileUnderWay(Exception):
    """会員情報の変更の、決まっていない届出がある。"""

    def __init__(self, application: Application) -> None:
        super().__init__("会員情報の変更の届出を、すでに受け付けています。決まるまで、新しい届出はできません。")
        self.application = application


class NoWindow(Exception):
    """窓口の医師会が決まらない。"""

    def __init__(self) -> None:
        super().__init__("どの医師会が決めるかが分かりません。勤務先の都道府県医師会にお電話ください。")


class NotWindow(Exception):
    """会員情報の変更の窓口でない医師会が、その紙を写そうとした。"""

    def __init__(self) -> None:
        super().__init__(
            "会員情報の変更は、先生の窓口の医師会が入力します。会員なら郡市区等医師会、"
            "会員でなければ勤務先の都道府県医師会です。"
        )


class EvidenceNotReady(Exception):
    """証明する書類の写しが、まだ開けないか、使えないファイルである。"""

    def __init__(self) -> None:
        super().__init__(
            "証明する書類の写しが開けないので、承認できません。確かめ終わるのを待つか、差し戻してください。"
        )


class OneByOne(Exception):
    """会員情報の変更は、まとめて決められない。"""

    def __init__(self) -> None:
        super().__init__("証明する書類を開いて、一件ずつ決めてください。")


class CannotReject(Exception):
    """退会と確認は、却下できない。"""

    def __init__(self) -> None:
        super().__init__("退会と確認は、却下できません。差し戻すか、承認してください。")


class BoardDayNotAllowed(Exception):
    """承認日が、まだ来ていない。"""

    def __init__(self) -> None:
        super().__init__("承認日は、今日までの日にしてください。")


class NotOverdue(Exception):
    """期限が過ぎていない段は、代わって決められない。"""

    def __init__(self) -> None:
        super().__init__("まだ期限が過ぎていません。期限が過ぎてから、代わって決めることができます。")


class EnteredByYourself(Exception):
    """自分が代行入力した届出は、ほかに決められる人がいるかぎり、自分では決められない。"""

    def __init__(self) -> None:
        super().__init__("ご自身が代行入力した届出は、ほかの担当者が決めます。")


class TooLateToCallOff(Exception):
    """その日が来た異動は、取りやめられない。"""

    def __init__(self) -> None:
        super().__init__("異動日が来ているため、取りやめることはできません。あらためて届け出てください。")


class PaperDayNotAllowed(Exception):
    """紙の届出日が、まだ来ていない。"""

    def __init__(self, name: str = "紙の届出日") -> None:
        super().__init__(f"{name}は、今日までの日にしてください。")


class AlreadyMember(Exception):
    """名簿からの入会を確かめようとした医師が、もうどこかの会員である。"""

    def __init__(self) -> None:
        super().__init__(
            "すでに医師会の会員でいらっしゃいます。変わることは、マイページの「届出」から届け出てください。"
        )


class RecordDiffers(Exception):
    """同じ番号の記録があり、名簿に書かれたことと合わない。"""

    def __init__(self) -> None:
        super().__init__("名簿に書かれたことを、記録と照らし合わせて確かめられませんでした。")


class JoiningLinkDead(Exception):
    """お願いのリンクが使えない：もう返事があったか、期限が過ぎたか、取り消されたか、写し間違えている。"""

    def __init__(self, joining: Joining | None = None) -> None:
        super().__init__("このリンクは使えません。")
        self.joining = joining


class BirthDiffers(Exception):
    """打たれた生年月日が、名簿と違う。"""

    def __init__(self) -> None:
        super().__init__("生年月日が、名簿に書かれたものと違います。もう一度お確かめください。")


class SentToRegistered(Exception):
    """ご本人の登録メールアドレスへ送っているお願いの宛先は、医師会では直せない。"""

    def __init__(self) -> None:
        super().__init__("ご本人の登録メールアドレスへ送っています。ご本人が、マイページで変えられます。")


REFUSALS = (
    NothingChanges,
    SeatsNotAllowed,
    CategoryNotOffered,
    NotAnswered,
    FacilityNotOffered,
    DayNotAllowed,
    DayBeforeSeat,
    SeatEnds,
    SeatsClaimed,
    ChangeAhead,
    AssociationsChanged,
    ProfileUnderWay,
    NoWindow,
    NotWindow,
    LicenceTaken,
    OneByOne,
    EvidenceNotReady,
    CannotReject,
    BoardDayNotAllowed,
    NotOverdue,
    EnteredByYourself,
    TooLateToCallOff,
    PaperDayNotAllowed,
    AlreadyMember,
    RecordDiffers,
)
