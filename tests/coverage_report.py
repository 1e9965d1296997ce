"""枝の覆い: 規則・流れ・許し・操作は100％、全体は95％以上であるべきもの。足りないところを名ざしする。"""

import warnings
from io import StringIO
from pathlib import PurePath

from coverage import Coverage
from coverage.exceptions import CoverageWarning
from launch.places import ROOT

WHOLE_AT_LEAST = 95
COMPLETE = ("rules", "workflow", "policy", "operations")


def summary(measuring: Coverage) -> str:
    """子プロセスの分も合わせた、短い報告。"""
    measuring.stop()
    measuring.save()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", CoverageWarning)
        return _report(Coverage(measuring.config.data_file, config_file=str(ROOT / "pyproject.toml")))


def _report(coverage: Coverage) -> str:
    coverage.combine(keep=False)
    coverage.load()
    whole = coverage.report(file=StringIO(), ignore_errors=True)
    lines = [f"枝の覆い: 全体 {whole:.1f}％（めやす {WHOLE_AT_LEAST}％以上）"]
    for path in sorted(coverage.get_data().measured_files()):
        place = PurePath(path).relative_to(ROOT).with_suffix("")
        share = _share(coverage, path)
        if share < 100 and any(part in COMPLETE for part in place.parts):
            lines.append(f"  {place}: {share:.1f}％（めやす 100％）")
    return "\n".join(lines)


def _share(coverage: Coverage, path: str) -> float:
    return coverage.report(morfs=[path], file=StringIO(), skip_empty=False, ignore_errors=True)
