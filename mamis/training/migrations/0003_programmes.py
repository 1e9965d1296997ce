"""研修のプログラム、規則の初めの版、実地研修の活動（training.md §1.3、§1.4）。

数値と一覧は公に確かめられたものではない。日本医師会が行を足して改める。
"""

from datetime import date

from django.db import migrations

BEGIN = date(2025, 4, 1)

ACTIVITIES = (
    ("F101", "地域の時間外・救急対応", "平日夜間・休日の輪番業務"),
    ("F102", "地域の時間外・救急対応", "休日夜間急患センター等への出務"),
    ("F103", "地域の時間外・救急対応", "在宅当番医"),
    ("F104", "地域の時間外・救急対応", "地域行事の救護"),
    ("F105", "地域の時間外・救急対応", "電話相談業務"),
    ("F201", "行政・医師会等の公益活動", "医師会・専門医会・自治会・保健所関連の委員"),
    ("F202", "行政・医師会等の公益活動", "介護認定審査会・障害者認定審査会"),
    ("F203", "行政・医師会等の公益活動", "警察業務への協力（検案等）"),
    ("F204", "行政・医師会等の公益活動", "防災会議・災害医療への参画"),
    ("F301", "地域保健・公衆衛生活動", "母子保健"),
    ("F302", "地域保健・公衆衛生活動", "乳幼児保健（健診）"),
    ("F303", "地域保健・公衆衛生活動", "学校保健（学校医・園医、学校健診、健康教育）"),
    ("F304", "地域保健・公衆衛生活動", "産業保健（産業医、地域産業保健センター）"),
    ("F305", "地域保健・公衆衛生活動", "特定健診・特定保健指導、がん検診、事業主健診"),
    ("F306", "地域保健・公衆衛生活動", "予防接種"),
    ("F307", "地域保健・公衆衛生活動", "健康相談・市民講座"),
    ("F308", "地域保健・公衆衛生活動", "感染症発生動向調査（定点）"),
    ("F309", "地域保健・公衆衛生活動", "健康スポーツ医活動"),
    ("F310", "地域保健・公衆衛生活動", "高齢者保健・精神保健"),
    ("F401", "多職種連携", "在宅医療ネットワークへの参画（訪問診療等）"),
    ("F402", "多職種連携", "介護保険関連文書の作成（主治医意見書等）"),
    ("F403", "多職種連携", "地域ケア会議・サービス担当者会議・退院カンファレンス"),
    ("F404", "多職種連携", "ACP・看取り"),
    ("F501", "その他", "看護師・准看護師養成所の運営・講師"),
    ("F502", "その他", "運転免許等の診断書作成、その他会長が認める活動"),
)


def write(apps, schema_editor):
    Programme = apps.get_model("training", "Programme")
    cme = Programme.objects.create(code="cme", name="日本医師会生涯教育制度")
    kakari = Programme.objects.create(code="kakari-report", name="かかりつけ医機能報告制度にかかる研修")
    apps.get_model("training", "ProgrammeRule").objects.create(
        programme=kakari,
        knowledge_programme=cme,
        from_on=BEGIN,
        min_total_half_units=20,
        min_knowledge_half_units=2,
        min_field_half_units=2,
        window_months=36,
        validity_months=36,
    )
    Activity = apps.get_model("training", "Activity")
    for code, category, name in ACTIVITIES:
        Activity.objects.create(programme=kakari, code=code, category=category, name=name, half_units=2, from_on=BEGIN)


def erase(apps, schema_editor):
    # 巻き戻しの途中のモデルは、互いを別の版とみなすので、関連をたどらずに消す。
    for name in ("Activity", "ProgrammeRule", "Programme"):
        apps.get_model("training", name).objects.all()._raw_delete(schema_editor.connection.alias)


class Migration(migrations.Migration):
    dependencies = [("training", "0002_numbers_and_guards")]

    operations = [migrations.RunPython(write, erase, elidable=False)]
