"""47 の都道府県（JIS X 0401）と、日本医師会・都道府県医師会、全体の設定の初めの値。"""

from datetime import date

from django.db import migrations

PREFECTURES = (
    ("01", "北海道", "ホッカイドウ"), ("02", "青森県", "アオモリケン"), ("03", "岩手県", "イワテケン"),
    ("04", "宮城県", "ミヤギケン"), ("05", "秋田県", "アキタケン"), ("06", "山形県", "ヤマガタケン"),
    ("07", "福島県", "フクシマケン"), ("08", "茨城県", "イバラキケン"), ("09", "栃木県", "トチギケン"),
    ("10", "群馬県", "グンマケン"), ("11", "埼玉県", "サイタマケン"), ("12", "千葉県", "チバケン"),
    ("13", "東京都", "トウキョウト"), ("14", "神奈川県", "カナガワケン"), ("15", "新潟県", "ニイガタケン"),
    ("16", "富山県", "トヤマケン"), ("17", "石川県", "イシカワケン"), ("18", "福井県", "フクイケン"),
    ("19", "山梨県", "ヤマナシケン"), ("20", "長野県", "ナガノケン"), ("21", "岐阜県", "ギフケン"),
    ("22", "静岡県", "シズオカケン"), ("23", "愛知県", "アイチケン"), ("24", "三重県", "ミエケン"),
    ("25", "滋賀県", "シガケン"), ("26", "京都府", "キョウトフ"), ("27", "大阪府", "オオサカフ"),
    ("28", "兵庫県", "ヒョウゴケン"), ("29", "奈良県", "ナラケン"), ("30", "和歌山県", "ワカヤマケン"),
    ("31", "鳥取県", "トットリケン"), ("32", "島根県", "シマネケン"), ("33", "岡山県", "オカヤマケン"),
    ("34", "広島県", "ヒロシマケン"), ("35", "山口県", "ヤマグチケン"), ("36", "徳島県", "トクシマケン"),
    ("37", "香川県", "カガワケン"), ("38", "愛媛県", "エヒメケン"), ("39", "高知県", "コウチケン"),
    ("40", "福岡県", "フクオカケン"), ("41", "佐賀県", "サガケン"), ("42", "長崎県", "ナガサキケン"),
    ("43", "熊本県", "クマモトケン"), ("44", "大分県", "オオイタケン"), ("45", "宮崎県", "ミヤザキケン"),
    ("46", "鹿児島県", "カゴシマケン"), ("47", "沖縄県", "オキナワケン"),
)  # fmt: skip


def write(apps, schema_editor):
    Prefecture = apps.get_model("associations", "Prefecture")
    Association = apps.get_model("associations", "Association")
    Platform = apps.get_model("associations", "Platform")
    national = Association.objects.create(code="00", name="日本医師会", kana="ニホンイシカイ", tier="national")
    for code, name, kana in PREFECTURES:
        prefecture = Prefecture.objects.create(code=code, name=name)
        Association.objects.create(
            code=code,
            name=f"{name}医師会",
            kana=f"{kana}イシカイ",
            tier="prefecture",
            parent=national,
            prefecture=prefecture,
        )
    # newsletter Topic 01 1 の設定期限と、巻末のフリーダイヤル。受付時間は membership.md §1。
    Platform.objects.create(
        pk=1,
        address_deadline_on=date(2026, 6, 4),
        completion_mail_from_on=date(2026, 6, 4),
        operator_name="MAMIS運営事務局",
        operator_telephone="0120-110-030",
        operator_hours="平日 10:00～18:00（通話無料）",
        member_office_name="会員情報室",
    )


def erase(apps, schema_editor):
    # 医師会どうしは上下で指し合うので、関連をたどらずに一度に消す。
    for name in ("Platform", "Association", "Prefecture"):
        apps.get_model("associations", name).objects.all()._raw_delete(schema_editor.connection.alias)


class Migration(migrations.Migration):
    dependencies = [("associations", "0001_initial")]

    operations = [migrations.RunPython(write, erase, elidable=False)]
