"""uv.lock が pyproject.toml のとおりで、どの部品も、公の置き場から要約つきで取り寄せられること。"""

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
LOCK = tomllib.loads((ROOT / "uv.lock").read_text())
PACKAGES = [package for package in LOCK["package"] if package["name"] != "mamis"]


def asked(requirements: list[str]) -> set[tuple[str, str]]:
    parts = [re.fullmatch(r"([\w.-]+)(?:\[[\w.,-]+\])?(.*)", requirement) for requirement in requirements]
    return {(part[1], ",".join(sorted(part[2].split(",")))) for part in parts if part}


def locked(requirements: list[dict[str, str]]) -> set[tuple[str, str]]:
    return {(part["name"], ",".join(sorted(part.get("specifier", "").split(",")))) for part in requirements}


def test_lock_answers_what_the_project_asks_for():
    [own] = [package for package in LOCK["package"] if package["name"] == "mamis"]

    assert locked(own["metadata"]["requires-dist"]) == asked(PROJECT["project"]["dependencies"])
    assert {name: locked(group) for name, group in own["metadata"]["requires-dev"].items()} == {
        name: asked(group) for name, group in PROJECT["dependency-groups"].items()
    }


def test_every_part_comes_from_the_public_index_with_its_hash():
    sources = {package["source"].get("registry") for package in PACKAGES}
    files = [wheel for package in PACKAGES for wheel in package.get("wheels", [])]

    assert sources == {"https://pypi.org/simple"}
    assert files
    assert [wheel["url"] for wheel in files if not wheel["hash"].startswith("sha256:")] == []


def test_every_part_is_ready_made_for_linux():
    def fits(wheel: dict[str, str]) -> bool:
        name = wheel["url"].rsplit("/", 1)[1]
        return name.endswith("-any.whl") or ("linux" in name and "x86_64" in name)

    lacking = [package["name"] for package in PACKAGES if not any(map(fits, package.get("wheels", [])))]

    assert [name for name in lacking if name not in {"colorama", "tzdata"}] == []
