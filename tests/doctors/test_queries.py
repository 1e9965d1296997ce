"""医師についての検索。"""

from mamis.accounts.operations import password_reasons


def test_a_doctor_may_not_use_the_own_kana_as_password(world):
    doctor = world.doctor("勅使河原", "権左衛門", kana=("テシガワラ", "ゴンザエモン"))

    refused = [
        bool(password_reasons(doctor.user, words))
        for words in ("テシガワラゴンザエモン2026", "みどりの丘に咲く三本の桜と五本の梅")
    ]

    assert refused == [True, False]
