"""規則を一つだけ壊せば、どれかの試験が落ちる（style.md 32、quality.md 81）。

落ちる試験がなければ、その規則は消えてもだれも気づかない。壊しても同じ意味になるものだけを、わけとともに表に挙げる。
"""

import json
import os
import subprocess
import sys

import pytest

from tests.proofs.mutants import ROOT, all_mutants

# 気づくはずの、速い試験。壊したところを通るものだけが、変わり種ごとに走る。
GUARDS = (
    "tests/accounts/test_consent.py",
    "tests/accounts/test_devices.py",
    "tests/accounts/test_factors.py",
    "tests/accounts/test_losses.py",
    "tests/accounts/test_operations.py",
    "tests/accounts/test_passkeys.py",
    "tests/accounts/test_policy.py",
    "tests/associations",
    "tests/doctors",
    "tests/files/test_operations.py",
    "tests/files/test_views.py",
    "tests/mail/test_policy.py",
    "tests/members",
    "tests/membership/test_policy.py",
    "tests/membership/test_rules.py",
    "tests/membership/test_workflow.py",
    "tests/scenarios/test_completion_mails.py",
    "tests/training/test_attachments.py",
    "tests/training/test_bulk.py",
    "tests/training/test_delegates.py",
    "tests/training/test_handbooks.py",
    "tests/training/test_policy.py",
    "tests/training/test_programmes.py",
    "tests/training/test_proxy.py",
    "tests/training/test_review.py",
    "tests/training/test_revocations.py",
    "tests/training/test_rules.py",
    "tests/training/test_texts.py",
    "tests/training/test_viewing.py",
    "tests/training/test_workflow.py",
)

EQUIVALENT = {
    "associations.policy.platform_editable_by: filter(pk=1)": "全体の設定の行は一つだけと、データベースが守る",
}

MUTANTS = all_mutants()


@pytest.fixture(scope="module")
def killers(tmp_path_factory):
    """変わり種ごとの、はじめに落ちた試験。別のプロセスで、自分のデータベースを持って調べる。"""
    folder = tmp_path_factory.mktemp("mutants")
    report = folder / "killers.json"
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-q", "-p", "tests.proofs.mutating", f"--mutants={report}"),
            *("-o", f"cache_dir={folder / 'cache'}", *GUARDS),
        ],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": f"{ROOT}:{ROOT / 'script'}"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert report.exists(), done.stdout + done.stderr
    return json.loads(report.read_text())


@pytest.mark.parametrize("name", [name for name in MUTANTS if name not in EQUIVALENT])
def test_壊せば試験が落ちる(killers, name):
    assert killers[name], "どの試験も気づかない"


@pytest.mark.parametrize("name", EQUIVALENT)
def test_同じ意味になる壊し方だけが見逃される(killers, name):
    assert not killers[name]
