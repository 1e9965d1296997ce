"""描き直した頁（JPEG）だけを綴じた PDF。文字も、仕掛けも、作った時刻も入らない。同じ頁からは、同じものができる。"""

# 一頁は A4 の長いほうの辺に合わせる（pt）。
LONG_SIDE = 842


def assemble(pages: list[tuple[int, int, bytes]]) -> bytes:
    """頁の並び（幅、高さ、JPEG）を、一つの PDF に。"""
    kids = " ".join(f"{3 + 3 * index} 0 R" for index in range(len(pages)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode(),
    ]
    for index, (width, height, jpeg) in enumerate(pages):
        first = 3 + 3 * index
        scale = LONG_SIDE / max(width, height)
        across, down = f"{width * scale:.2f}", f"{height * scale:.2f}"
        drawing = f"q {across} 0 0 {down} 0 0 cm /Im0 Do Q".encode()
        objects += [
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {across} {down}] "
            f"/Resources << /XObject << /Im0 {first + 2} 0 R >> >> /Contents {first + 1} 0 R >>".encode(),
            _stream("", drawing),
            _stream(
                f"/Type /XObject /Subtype /Image /Width {width} /Height {height} "
                "/ColorSpace /DeviceRGB /BitsPerComponent 8 /Filter /DCTDecode ",
                jpeg,
            ),
        ]
    return _written(objects)


def _stream(facts: str, content: bytes) -> bytes:
    return f"<< {facts}/Length {len(content)} >>\nstream\n".encode() + content + b"\nendstream"


def _written(objects: list[bytes]) -> bytes:
    """番号を振って並べ、どこにあるかの表を付ける。"""
    written = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
    places = []
    for number, thing in enumerate(objects, start=1):
        places.append(len(written))
        written += f"{number} 0 obj\n".encode() + thing + b"\nendobj\n"
    table = len(written)
    written += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    written += b"".join(f"{place:010} 00000 n \n".encode() for place in places)
    written += f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{table}\n%%EOF\n".encode()
    return bytes(written)
