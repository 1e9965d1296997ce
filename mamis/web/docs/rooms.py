"""コードの部屋（アプリケーション）から、同じ名の部品を集める。"""

from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType

from django.apps import apps


def parts(name: str) -> Iterator[ModuleType]:
    """その名の部品。上の部屋から順に。部屋そのものの名は、部品ではない。"""
    for config in apps.get_app_configs():
        module = f"{config.name}.{name}"
        if config.name.startswith("mamis.") and find_spec(module) is not None:
            yield import_module(module)


def sources(part: ModuleType) -> Iterator[str]:
    """部品のソース。部品が束になっていれば、その一つずつ。"""
    path = Path(str(part.__file__))
    files = sorted(path.parent.glob("*.py")) if path.name == "__init__.py" else [path]
    for file in files:
        yield file.read_text(encoding="utf-8")


def room_of(part: ModuleType) -> str:
    """部品のある部屋の名。"""
    return part.__name__.split(".")[1]
