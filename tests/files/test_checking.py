"""子プロセスの確かめ：描き直せるもの、使えないもの、答えのないとき。"""

import sys
from io import BytesIO

import pytest
from PIL import Image

from mamis.files import decoder
from mamis.files.checking import Clean, Refused, Unanswered, check
from mamis.files.rules import Refusal
from tests.files import samples
from tests.files.samples import SECRET, heic, jpeg, pdf, picture, png, saved


def drawn(content: bytes, kind: str) -> list[Image.Image]:
    """描き直された頁。"""
    return [Image.open(BytesIO(page)) for _, _, page in decoder.draw(content, kind)]


@pytest.mark.parametrize(
    ("content", "kind", "sizes"),
    [
        (jpeg(), "jpeg", [(300, 200)]),
        (png(), "png", [(300, 200)]),
        (heic(), "heic", [(300, 200)]),
        (pdf(3), "pdf", [(834, 556)] * 3),
    ],
    ids=("jpeg", "png", "heic", "pdf"),
)
def test_what_is_taken_is_drawn_anew_by_a_child_process(
    content: bytes, kind: str, sizes: list[tuple[int, int]]
) -> None:
    verdict = check(content, kind)

    assert isinstance(verdict, Clean)
    assert [(page.width, page.height) for page in verdict.pages] == sizes
    for page in verdict.pages:
        opened = Image.open(BytesIO(page.content))
        assert (opened.format, opened.size) == ("JPEG", (page.width, page.height))
        assert {name for name in opened.info if not name.startswith("jfif")} == set()
        assert SECRET not in page.content


def test_a_picture_is_turned_upright_and_made_smaller_and_loses_its_colour_profile() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    lying = saved(picture(5000, 2500), "JPEG", exif=exif, icc_profile=b"profile" * 100)

    upright = drawn(lying, "jpeg")[0]

    assert upright.size == (1754, 3508)
    assert "icc_profile" not in upright.info
    assert upright.getpixel((900, 100))[0] > 200 > 100 > upright.getpixel((900, 100))[2]


def test_what_shines_through_becomes_white() -> None:
    clear = saved(Image.new("RGBA", (10, 10), (255, 0, 0, 0)), "PNG")

    assert drawn(clear, "png")[0].getpixel((5, 5)) == (255, 255, 255)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "I;16", "CMYK"])
def test_every_way_of_keeping_colours_is_drawn(mode: str) -> None:
    image = (
        Image.new("L", (20, 20), 200).convert("I").convert("I;16") if mode == "I;16" else picture(20, 20).convert(mode)
    )
    kind = "JPEG" if mode == "CMYK" else "PNG"

    assert drawn(saved(image, kind), kind.lower())[0].mode == "RGB"


def test_a_checker_that_cannot_be_started_gives_no_answer() -> None:
    assert check(jpeg(), "jpeg", command=("/nowhere/python",)) == Unanswered(is_files_fault=False)
    assert check(jpeg(), "jpeg", command=(sys.executable, "-c", "import no_such_part")) == Unanswered(
        is_files_fault=False
    )


@pytest.mark.parametrize(
    "program",
    [
        "import os, signal; os.kill(os.getpid(), signal.SIGKILL)",
        "import sys; sys.exit(75)",
        "print('not an answer')",
        "print('[1, 2]')",
        "print('{}')",
        """print('{"refused": "nonsense"}')""",
        """print('{"pages": []}')""",
        """print('{"pages": [[1, 2, 9]]}', end=chr(10) + '<svg>....')""",
    ],
)
def test_a_checker_that_dies_or_talks_nonsense_gives_no_answer(program: str) -> None:
    assert check(jpeg(), "jpeg", command=(sys.executable, "-c", program)) == Unanswered(is_files_fault=True)


def test_a_checker_that_never_ends_is_stopped() -> None:
    endless = (sys.executable, "-c", "import time; time.sleep(60)")

    assert check(jpeg(), "jpeg", command=endless, patience=0.5) == Unanswered(is_files_fault=True)


def test_the_child_sees_nothing_of_the_house() -> None:
    seen = (
        "import os, sys; sys.exit(75 if set(os.environ) - {'PATH', 'LC_ALL', 'LC_CTYPE'} or os.getcwd() != '/' else 1)"
    )

    assert check(jpeg(), "jpeg", command=(sys.executable, "-I", "-c", seen)) == Unanswered(is_files_fault=False)


def test_the_answer_of_the_child_is_written_out_whole() -> None:
    answer = BytesIO()

    assert decoder.main(BytesIO(pdf(2)), answer, "pdf") == 0
    assert decoder.main(BytesIO(b"%PDF-1.4"), refusal := BytesIO(), "pdf") == 0

    told, _, pages = answer.getvalue().partition(b"\n")
    assert (told.count(b"834"), pages[:3]) == (2, b"\xff\xd8\xff")
    assert refusal.getvalue() == b'{"refused": "broken"}\n'


def test_refusals_come_back_by_name() -> None:
    assert check(samples.jpeg()[:2000], "jpeg") == Refused(Refusal.BROKEN)
