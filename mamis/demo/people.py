"""練習用の人々の表。実在の人・団体とは関係ない。"""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from mamis.associations.rules import Duty

PASSWORD = "hitotsu-no-madoguchi-2026"  # noqa: S105


@dataclass(frozen=True)
class SignIn:
    """練習用のログイン一つ。"""

    address: str
    who: str


def sign_ins() -> tuple[SignIn, ...]:
    """練習用のログインの表。起動のときに出るものと同じ。"""
    lines = Path(__file__).with_name("sign_ins.txt").read_text(encoding="utf-8").splitlines()
    return tuple(SignIn(*line.split(maxsplit=1)) for line in lines if "@" in line)


@dataclass(frozen=True)
class Card:
    """医師免許証に書かれていること。医籍登録年月日は、みな REGISTERED_ON。"""

    names: tuple[str, str, str, str]
    number: str
    birth_on: date


REGISTERED_ON = date(2004, 5, 20)
# まだログインしたことのない会員。ログインの画面に、利用者登録の練習のために出る。
UNREGISTERED = Card(("白石", "薫", "シライシ", "カオル"), "388001", date(1978, 4, 2))
# 生年月日を間違えて登録した会員と、記録のない医師。
HALF_MATCH = Card(("浜田", "実", "ハマダ", "ミノル"), "388002", date(1975, 11, 3))
NEWCOMER = Card(("新山", "光", "ニイヤマ", "ヒカル"), "388003", date(1979, 7, 15))

# 事務局の人：アドレス、名、医師会、役割。
STAFF = (
    ("midori-admin@demo.example", "田中 恵", "14-021", "ADMIN"),
    ("midori@demo.example", "木村 健", "14-021", "CLERK"),
    ("sakura-admin@demo.example", "森 一樹", "26-011", "ADMIN"),
    ("kanagawa-admin@demo.example", "石田 修", "14", "ADMIN"),
    ("kyoto-admin@demo.example", "西村 舞", "26", "ADMIN"),
    ("jma-admin@demo.example", "原田 誠", "00", "ADMIN"),
    # ログインの表には載せない人
    ("midori-kanri@demo.example", "三宅 薫", "14-021", "ADMIN"),
    ("midori-etsuran@demo.example", "小谷 望", "14-021", "VIEWER"),
    ("kanagawa@demo.example", "大野 遥", "14", "CLERK"),
    ("jma-kanri@demo.example", "上田 悠", "00", "ADMIN"),
)

# 招かれて、まだ承諾していない人：アドレス、役割、招いた人。
INVITED = (("shinjin@midori-med.example", "CLERK", "midori-admin@demo.example"),)

# スマートフォンをなくして、二要素の解除を待つ事務局の人。
LOST_PHONES = (("midori-kanri@demo.example", "機種を替えるときに、前のスマートフォンを初期化してしまいました。"),)
# 担当者がいないので、都道府県医師会が事務を代行している医師会：医師会、始めた人。
DELEGATED = (("14-022", "kanagawa-admin@demo.example"),)

# 事務局の人の、最後のログインからの日数。ない人は、まだログインしていない。
LAST_SEEN = {
    "midori-admin@demo.example": 1,
    "midori@demo.example": 0,
    "midori-kanri@demo.example": 12,
    "midori-etsuran@demo.example": 134,
    "kanagawa-admin@demo.example": 2,
    "kanagawa@demo.example": 5,
    "sakura-admin@demo.example": 97,
    "kyoto-admin@demo.example": 8,
    "jma-admin@demo.example": 0,
    "jma-kanri@demo.example": 3,
}

# 郡市区等医師会：コード、名、フリガナ、種別、上の医師会、町のコード、町、電話、通知先、会長。
DISTRICTS = (
    ("14-021", "みどり市医師会", "ミドリシイシカイ", "area", "14", "14981", "みどり市",
     "045-000-0120", "kenshu@midori-med.example", "小野寺 正"),
    ("14-022", "あおば区医師会", "アオバクイシカイ", "area", "14", "14982", "あおば区",
     "045-000-0140", "", "長谷川 進"),
    ("26-011", "さくら市医師会", "サクラシイシカイ", "area", "26", "26981", "さくら市",
     "075-000-0130", "", "木下 文子"),
    ("26-901", "架空大学医師会", "カクウダイガクイシカイ", "university", "26", "26982", "架空町",
     "075-000-0150", "jimu@kaku-univ.example", "松本 隆"),
)  # fmt: skip

# 都道府県と日本医師会で、練習に使うもの：コード、電話、通知先、会長。
UPPER = (
    ("00", "03-0000-0100", "kenshu@jma-renshu.example", "架空 一雄"),
    ("14", "045-000-0100", "kenshu@kanagawa-renshu.example", "架空 二郎"),
    ("26", "075-000-0100", "kenshu@kyoto-renshu.example", "架空 三枝"),
)

# 会員区分をすすめる施設業務。
OPENING = (Duty.HOSPITAL_OPENER, Duty.HOSPITAL_MANAGER, Duty.CLINIC_OPENER, Duty.CLINIC_MANAGER, Duty.CARE_OPENER)
TRAINING = (Duty.RESIDENT,)
UNIVERSITY = (Duty.UNIVERSITY_TEACHER, Duty.UNIVERSITY_GRADUATE, Duty.UNIVERSITY_STAFF)
WORKING = (Duty.HOSPITAL_STAFF, Duty.CLINIC_STAFF, Duty.CARE_STAFF, Duty.ADMINISTRATION)
ELSEWHERE = (Duty.RESEARCH, Duty.OCCUPATIONAL, Duty.HEALTH, Duty.OTHER, Duty.NONE)
EMPLOYED = (*WORKING, *UNIVERSITY, *ELSEWHERE)

# 会員区分：医師会のコード、区分の表（コード、名称、すすめる施設業務）。同じ字でも意味は医師会ごとに違う。
# 日本医師会のものは membership.md §3.1。B と C は、A②(B) と A②(C) のうち日医医賠責に加入しないもの。
CATEGORIES: dict[str, tuple[tuple[str, str, tuple[Duty, ...]], ...]] = {
    "00": (
        ("A1", "A①", OPENING),
        ("A2B", "A②(B)", EMPLOYED),
        ("A2C", "A②(C)", TRAINING),
        ("B", "B", EMPLOYED),
        ("C", "C", TRAINING),
    ),
    "14": (("A", "A 会員", OPENING), ("B", "B 会員", EMPLOYED), ("C", "C 会員", TRAINING)),
    "26": (
        ("A", "A 管理", OPENING),
        ("B1", "B1 勤務・行政", WORKING),
        ("B2", "B2 大学在籍", UNIVERSITY),
        ("C", "C 研修医", TRAINING),
        ("D", "D その他", ELSEWHERE),
    ),
    "14-021": (
        ("A", "A 会員（開設者・管理者）", OPENING),
        ("B", "B 会員（勤務）", EMPLOYED),
        ("C", "C 会員（臨床研修医）", TRAINING),
    ),
    "14-022": (("A", "A 会員", OPENING), ("B", "B 会員", EMPLOYED), ("C", "C 会員", TRAINING)),
    "26-011": (
        ("A", "A 会員（開設者・管理者）", OPENING),
        ("B", "B 会員（勤務医）", (*WORKING, *UNIVERSITY)),
        ("C", "C 会員（臨床研修医）", TRAINING),
        ("D", "D 会員（その他）", ELSEWHERE),
    ),
    "26-901": (("R", "正会員", (*UNIVERSITY, Duty.RESEARCH)), ("S", "準会員", TRAINING)),
}
INSURED = (("00", "A1"), ("00", "A2B"), ("00", "A2C"))
VOTING = (("14-021", "A"), ("14-021", "B"), ("14-022", "A"), ("14-022", "B"), ("26-011", "A"), ("26-011", "B"),
          ("26-901", "R"))  # fmt: skip

# 一部の層だけの会員を認めない郡市区等医師会。
WHOLE_ONLY = ("14-022",)

# 理事会の日：医師会のコード、何週目の何曜日（0 が月曜）。
BOARD_DAYS = (("14-021", 3, 1), ("14", 2, 3), ("26-011", 4, 2), ("26", 1, 3), ("00", 3, 1))

# 施設：種別、医療機関コード、名、フリガナ、所在地、電話。
FACILITIES = {
    "14": (
        ("hospital", "1410000011", "みどり中央病院", "ミドリチュウオウビョウイン", "みどり市中央1-2-3", "045-000-0201"),
        ("clinic", "1410000029", "みどり台クリニック", "ミドリダイクリニック", "みどり市みどり台2-4", "045-000-0202"),
        ("hospital", "1410000037", "あおば記念病院", "アオバキネンビョウイン", "あおば町本町5-1", "045-000-0203"),
        ("clinic", "1410000045", "あおば内科医院", "アオバナイカイイン", "あおば町駅前1-1", "045-000-0204"),
        (
            "clinic",
            "1410000052",
            "緑町こどもクリニック",
            "ミドリマチコドモクリニック",
            "みどり市緑町3-3",
            "045-000-0205",
        ),
    ),
    "26": (
        ("hospital", "2610000014", "さくら市立病院", "サクラシリツビョウイン", "さくら市桜町1-1", "075-000-0201"),
        ("clinic", "2610000022", "さくら通り診療所", "サクラドオリシンリョウジョ", "さくら市大通2-2", "075-000-0202"),
        ("hospital", "2610000030", "架空大学附属病院", "カクウダイガクフゾクビョウイン", "架空町学園1", "075-000-0203"),
        ("clinic", "2610000048", "桜橋整形外科医院", "サクラバシセイケイゲカイイン", "さくら市桜橋4-5", "075-000-0204"),
    ),
}

# 二重に書かれた施設と、施設マスタにない勤務先：都道府県、名、書いた医師の数。
DOUBLED_FACILITY = ("14", "みどり中央病院（みどり市）", "ミドリチュウオウビョウイン", "みどり市中央1丁目2番3号")
UNLISTED_FACILITIES = (("14", "みどり駅前内科", 2), ("14", "青葉在宅診療所", 1), ("26", "桜町ファミリークリニック", 1))

FAMILY_NAMES = (
    ("佐々木", "ササキ"), ("青木", "アオキ"), ("石井", "イシイ"), ("大﨑", "オオサキ"), ("小川", "オガワ"),
    ("加藤", "カトウ"), ("河合", "カワイ"), ("小林", "コバヤシ"), ("斉藤", "サイトウ"), ("坂本", "サカモト"),
    ("髙橋", "タカハシ"), ("中川", "ナカガワ"), ("長谷部", "ハセベ"), ("𠮷田", "ヨシダ"), ("渡邉", "ワタナベ"),
    ("藤原", "フジワラ"), ("三浦", "ミウラ"), ("村上", "ムラカミ"), ("柳沢", "ヤナギサワ"), ("若林", "ワカバヤシ"),
)  # fmt: skip

GIVEN_NAMES = (
    ("美咲", "ミサキ"), ("健", "ケン"), ("由美", "ユミ"), ("直樹", "ナオキ"), ("恵子", "ケイコ"),
    ("俊介", "シュンスケ"), ("真理", "マリ"), ("誠", "マコト"), ("修", "オサム"), ("さくら", "サクラ"),
    ("大輔", "ダイスケ"), ("京子", "キョウコ"), ("隆", "タカシ"),
)  # fmt: skip

# みどり市医師会が取り込んだ名簿。二行は、わざと書き誤ってある。
ROSTER = """会員番号,氏名,フリガナ,医籍登録番号,生年月日,入会日,会員区分,勤務先
101,緑川 和夫,ミドリカワ カズオ,398001,昭和36年5月2日,平成8年4月1日,A,みどり中央診療所
102,岸辺 美雪,キシベ ミユキ,398002,昭和51年11月20日,平成22年10月1日,B,みどり市民病院
103,髙梨 𠮷彦,タカナシ ヨシヒコ,398003,昭和44年2月11日,平成15年4月1日,A,髙梨医院
104,小野寺 光,オノデラ ヒカル,398004,昭和60年13月9日,平成30年4月1日,B,みどり市民病院
105,森下 千尋,モリシタ チヒロ,398005,平成2年7月7日,令和2年4月1日,B,みどり市民病院
106,早川 淳,ハヤカワ ジュン,398006,昭和57年9月30日,平成26年4月1日,甲,早川クリニック
"""

# みどり市医師会が取り込んだ、臨床研修病院の名簿。入会日は、次の四月一日。二行は、わざと書き誤ってある。
RESIDENTS = """医籍登録番号,氏名,フリガナ,生年月日,性別,メールアドレス,施設,会員区分,県会員区分,日医会員区分
598001,朝倉 結衣,アサクラ ユイ,平成12年6月3日,女,kenshu-1@byoin.example,みどり中央病院,C,C,C
598002,今井 拓海,イマイ タクミ,平成11年12月21日,男,kenshu-2@byoin.example,みどり中央病院,C,C,C
598003,上原 葵,ウエハラ アオイ,平成12年2月9日,女,kenshu-3@byoin.example,みどり中央病院,C,C,A2C
598004,岡部 翔太,オカベ ショウタ,平成10年8月30日,男,kenshu-4@byoin.example,みどり中央病院,C,C,C
598005,神崎 陽菜,カンザキ ヒナ,平成12年3月17日,女,kenshu-5@byoin.example,みどり中央病院,C,C,C
598006,楠 大和,クスノキ ヤマト,平成11年5月5日,男,kenshu-6@byoin.example,みどり中央病院,C,C,C
598007,小池 莉子,コイケ リコ,平成12年1月28日,女,kenshu-7@byoin.example,みどり中央病院,C,C,C
598008,榊 蓮,サカキ レン,平成12年2月30日,男,kenshu-8@byoin.example,みどり中央病院,C,C,C
598009,塩見 凛,シオミ リン,平成11年10月2日,女,kenshu-9@byoin.example,みどり中央病院,研修,C,C
"""

LECTURES = (
    "学術講演会「高血圧の新しい指針」",
    "在宅医療研修会",
    "感染対策講習会",
    "糖尿病診療の進歩",
    "認知症の早期発見",
    "地域連携カンファレンス",
)

RETURN_REASONS = (
    "実地研修の 2 件目に、活動した日を書いてください。",
    "活動した団体の名前が分かりません。正式な名前を書いてください。",
)

REVOCATION_REASON = "実地研修の記録が、別の方のものと取り違えられていました。正しい記録で、もう一度申請してください。"
