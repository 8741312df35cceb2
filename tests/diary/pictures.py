"""Photos as phones make them: with everything written into them that must not be kept."""

import io
from typing import Any

from PIL import Image, ImageCms, PngImagePlugin

CANARY = b"zqcanaryplace"
WORD = CANARY.decode()


def upright(size: tuple[int, int] = (240, 160)) -> Image.Image:
    """Return a picture whose corner at the top left is red, and the rest blue."""
    image = Image.new("RGB", size, "blue")
    image.paste("red", (0, 0, size[0] // 2, size[1] // 2))
    return image


def exif(orientation: int = 1) -> Image.Exif:
    """Return what a phone writes: maker, model, words, and where it was taken."""
    data = Image.Exif()
    data[0x0112] = orientation
    data[0x010F] = WORD  # maker
    data[0x010E] = WORD  # description
    data[0x8769] = {0x9286: b"ASCII\0\0\0" + CANARY, 0x9003: "2026:11:20 21:40:00"}
    data[0x8825] = {1: "N", 2: (52.0, 31.0, 12.5), 3: "E", 4: (13.0, 24.0, 1.0), 29: WORD}
    return data


def profile() -> bytes:
    """A colour profile with the canary hung on to its description."""
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes() + CANARY


def encoded(image: Image.Image, kind: str, **more: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **more)
    return out.getvalue()


def from_a_phone(kind: str = "JPEG", orientation: int = 1) -> bytes:
    """Return a photo of this kind that carries the canary wherever the kind has room for it."""
    image, extra = upright(), exif(orientation)
    xmp = b'<x:xmpmeta xmlns:x="adobe:ns:meta/">' + CANARY + b"</x:xmpmeta>"
    if kind == "JPEG":
        return encoded(
            image, kind, quality=95, exif=extra, comment=CANARY, icc_profile=profile(), xmp=xmp
        )
    if kind == "PNG":
        info = PngImagePlugin.PngInfo()
        info.add_text("Comment", WORD)
        info.add_text("Place", WORD * 20, zip=True)
        info.add_itxt("XML:com.adobe.xmp", xmp.decode())
        return encoded(image, kind, pnginfo=info, exif=extra, icc_profile=profile())
    return encoded(image, kind, quality=95, exif=extra, icc_profile=profile(), xmp=xmp)


def segments(jpeg: bytes) -> list[int]:
    """Return the markers of a JPEG up to its dots; fails where it is not one."""
    assert jpeg[:2] == b"\xff\xd8"
    found, at = [], 2
    while True:
        assert jpeg[at] == 0xFF
        found.append(jpeg[at + 1])
        if found[-1] == 0xDA:
            return found
        at += 2 + int.from_bytes(jpeg[at + 2 : at + 4])
