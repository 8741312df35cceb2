"""Rebuilds a photo from its bare dots, so that nothing else that was in the file is kept.

Where, when and with what it was taken, comments, colour profiles, previews and whatever is hung on
to the end of the file stay behind: only colours of dots pass.
"""

import io
import struct
import warnings
import zlib
from threading import Lock
from typing import NamedTuple

from PIL import Image

FORMATS = ("JPEG", "PNG", "WEBP")
# A JPEG is made smaller while it is decoded; the others need memory for every dot.
MOST_DOTS = 25_000_000
MOST_DOTS_JPEG = 60_000_000
SMALL_SIDE = 320
SMALL_QUALITY = 70
# The longest side and the quality, tried in turn until the file is small enough.
TRIED = ((1600, 82), (1600, 65), (1200, 60))
MOST_BYTES = 700_000
# How to turn what a camera held on its side: the EXIF orientation.
ORIENTATION = 0x0112
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
# What Pillow raises about a file that is not what it says.
BROKEN = (
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    OverflowError,
    struct.error,
    zlib.error,
)
HEIF = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"avif", b"avis")

NO_PHOTO = (
    "That is not a photo the diary can read. It reads JPEG, PNG and WebP. Try another photo, or a "
    "screenshot of this one."
)
TOO_MANY_DOTS = "This photo is too large. Take it again at normal size, or use a screenshot of it."
NOT_HEIF = (
    "The diary cannot read HEIC or AVIF photos. Use a screenshot of it. "
    "To take photos as JPEG from now on: on an iPhone, Settings, Camera, Formats, Most Compatible."
)

_one_at_a_time = Lock()


class NotAPhotoError(Exception):
    """Says in plain words why a file was not taken."""


class Dots(NamedTuple):
    """A photo made new: JPEG, upright, of bounded size."""

    whole: bytes
    small: bytes
    width: int
    height: int


def rebuild(data: bytes) -> Dots:
    """Return the photo made new from its dots; raises NotAPhotoError."""
    if data[4:8] == b"ftyp" and data[8:12] in HEIF:
        raise NotAPhotoError(NOT_HEIF)
    # One large photo in memory, however many are sent at once.
    with _one_at_a_time, warnings.catch_warnings():
        # Pillow warns of faults in metadata, which is left behind anyway, and quotes from it.
        warnings.simplefilter("ignore")
        try:
            image = _decoded(data)
        except Image.DecompressionBombError:
            raise NotAPhotoError(TOO_MANY_DOTS) from None
        except BROKEN:
            raise NotAPhotoError(NO_PHOTO) from None
    fresh = Image.frombytes("RGB", image.size, image.tobytes())
    for side, quality in TRIED:
        fresh.thumbnail((side, side))
        whole = _jpeg(fresh, quality)
        if len(whole) <= MOST_BYTES:
            break
    small = fresh.copy()
    small.thumbnail((SMALL_SIDE, SMALL_SIDE))
    return Dots(whole, _jpeg(small, SMALL_QUALITY), *fresh.size)


def _decoded(data: bytes) -> Image.Image:
    """Decode, after looking at how large it says it is; turn it upright; no transparency."""
    side = TRIED[0][0]
    with Image.open(io.BytesIO(data), formats=FORMATS) as source:
        is_jpeg = data.startswith(b"\xff\xd8")
        if source.width * source.height > (MOST_DOTS_JPEG if is_jpeg else MOST_DOTS):
            raise NotAPhotoError(TOO_MANY_DOTS)
        source.draft("RGB", (side * 2, side * 2))
        image = _opaque(source)
        image.thumbnail((side, side))
        turn = TURNS.get(_orientation(source))
    return image.transpose(turn) if turn is not None else image


def _opaque(source: Image.Image) -> Image.Image:
    if not source.has_transparency_data:
        return source.convert("RGB")
    over = source.convert("RGBA")
    paper = Image.new("RGB", over.size, "white")
    paper.paste(over, mask=over.getchannel("A"))
    return paper


def _orientation(source: Image.Image) -> int:
    """A photo whose metadata is broken is still a photo."""
    try:
        return int(source.getexif().get(ORIENTATION, 1))
    except BROKEN:
        return 1


def _jpeg(image: Image.Image, quality: int) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality, optimize=True)
    return out.getvalue()
