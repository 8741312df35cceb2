"""What becomes of a photo: its dots are kept, and nothing else of the file."""

import io
import random
import struct
import zlib

import pytest
from PIL import Image, ImageFile

from diary.photos import pixels
from diary.photos.pixels import MOST_BYTES, NotAPhotoError, rebuild
from tests.diary.pictures import CANARY, WORD, encoded, from_a_phone, segments, upright

KINDS = ["JPEG", "PNG", "WEBP"]
# JFIF, tables and dots: no APP1 (EXIF, XMP), no APP2 (profile), no comment.
BARE = {0xE0, 0xDB, 0xC0, 0xC4, 0xDA}


def opened(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


def near(image: Image.Image, where: tuple[int, int], colour: tuple[int, int, int]) -> bool:
    return all(abs(a - b) < 60 for a, b in zip(image.getpixel(where), colour, strict=True))


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_a_phone_writes_into_a_photo_is_kept(kind):
    sent = from_a_phone(kind)
    assert CANARY in sent
    if kind != "PNG":
        assert opened(sent).getexif().get_ifd(0x8825)[29] == WORD
    dots = rebuild(sent)
    for kept in (dots.whole, dots.small):
        assert CANARY not in kept
        assert set(segments(kept)) <= BARE
        assert kept.endswith(b"\xff\xd9")
        image = opened(kept)
        assert not image.getexif()
        assert not {"exif", "icc_profile", "comment", "xmp"} & set(image.info)
    assert opened(dots.whole).size == (dots.width, dots.height) == (240, 160)


def test_a_photo_with_a_place_would_be_noticed():
    sent = from_a_phone()
    assert not set(segments(sent)) <= BARE


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", KINDS)
def test_a_photo_held_on_its_side_is_turned_upright(kind, orientation):
    """Store the picture as a camera held that way would, and say so in its EXIF."""
    stored = {
        1: None,
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }[orientation]
    image = upright() if stored is None else upright().transpose(stored)
    tag = Image.Exif()
    tag[0x0112] = orientation
    dots = rebuild(encoded(image, kind, exif=tag))
    seen = opened(dots.whole)
    assert seen.size == (240, 160)
    assert near(seen, (20, 20), (255, 0, 0))
    assert near(seen, (220, 20), (0, 0, 255))
    assert near(seen, (20, 140), (0, 0, 255))


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "CMYK", "I;16"])
def test_every_way_to_store_dots_becomes_a_photo(mode):
    kind = "JPEG" if mode == "CMYK" else "PNG"
    dots = rebuild(encoded(Image.new(mode, (50, 40)), kind))
    assert opened(dots.whole).mode == "RGB"


def test_what_is_transparent_is_white():
    image = Image.new("RGBA", (50, 40), (0, 0, 0, 0))
    assert near(opened(rebuild(encoded(image, "PNG")).whole), (5, 5), (255, 255, 255))


def test_of_several_pictures_in_one_file_the_first_is_kept():
    frames = [Image.new("RGB", (50, 40), colour) for colour in ("green", "red")]
    sent = encoded(upright(), "MPO", save_all=True, append_images=frames)
    assert near(opened(rebuild(sent).whole), (20, 20), (255, 0, 0))
    for kind in ("WEBP", "PNG"):
        sent = encoded(upright(), kind, save_all=True, append_images=[upright()])
        assert opened(rebuild(sent).whole).size == (240, 160)


@pytest.mark.parametrize(
    "tail", [b"PK\x03\x04zip", b"<script>alert(1)</script>", b"<?php echo 1 ?>", b"%PDF-1.7"]
)
def test_what_is_hung_on_to_a_photo_is_left_behind(tail):
    for kind in KINDS:
        dots = rebuild(encoded(upright(), kind) + tail + CANARY)
        assert tail not in dots.whole + dots.small
        assert CANARY not in dots.whole + dots.small


def test_a_script_that_is_a_photo_too_is_only_a_photo():
    """A JPEG whose comment opens a script: a file that a careless server runs."""
    sent = encoded(upright(), "JPEG", comment=b"*/=alert(1)/*<html><script>")
    assert b"<script>" in sent
    assert b"<script>" not in rebuild(sent).whole


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"\xff\xd8",
        b"\xff\xd8\xff\xe0",
        b"\x89PNG\r\n\x1a\n",
        b"RIFF\x00\x00\x00\x00WEBP",
        b"hello, I am photo.jpg",
        b"<html><body>photo</body></html>",
        SVG,
        b'<?xml version="1.0"?>' + SVG,
        b"%PDF-1.7\n",
        b"PK\x03\x04",
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n",
        encoded(Image.new("P", (9, 9)), "GIF"),
        encoded(Image.new("RGB", (9, 9)), "BMP"),
        encoded(Image.new("RGB", (9, 9)), "TIFF"),
    ],
)
def test_what_is_no_photo_is_refused_in_plain_words(sent):
    with pytest.raises(NotAPhotoError, match="JPEG, PNG and WebP"):
        rebuild(sent)


@pytest.mark.parametrize("brand", [b"heic", b"mif1", b"avif"])
def test_the_iphones_own_form_is_named_with_a_way_out(brand):
    with pytest.raises(NotAPhotoError, match="Most Compatible"):
        rebuild(b"\x00\x00\x00\x18ftyp" + brand + bytes(200))


@pytest.mark.parametrize("kind", KINDS)
def test_half_a_photo_is_refused(kind):
    whole = encoded(Image.effect_noise((200, 150), 60).convert("RGB"), kind)
    for part in (0.1, 0.5, 0.9):
        with pytest.raises(NotAPhotoError):
            rebuild(whole[: int(len(whole) * part)])


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png_that_says(width: int, height: int) -> bytes:
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return (
        b"\x89PNG\r\n\x1a\n"
        + head
        + chunk(b"IDAT", zlib.compress(bytes(9999)))
        + chunk(b"IEND", b"")
    )


def jpeg_that_says(width: int, height: int) -> bytes:
    sent = encoded(upright((8, 8)), "JPEG")
    at = sent.index(b"\xff\xc0") + 5
    return sent[:at] + struct.pack(">HH", height, width) + sent[at + 4 :]


@pytest.mark.parametrize(
    "bomb",
    [
        png_that_says(6000, 5000),
        png_that_says(10_000, 10_000),
        png_that_says(50_000, 50_000),
        jpeg_that_says(8000, 8000),
        jpeg_that_says(65_000, 65_000),
        encoded(Image.new("1", (16_000, 12_000)), "PNG"),
        encoded(Image.new("L", (16_000, 1_600)), "WEBP", lossless=True),
    ],
    ids=["30 MP", "100 MP", "2500 MP", "jpeg 64 MP", "jpeg 4225 MP", "192 MP in 1 bit", "webp"],
)
def test_a_small_file_that_would_fill_the_memory_is_never_decoded(bomb, monkeypatch):
    assert len(bomb) < 100_000

    def decoded(*_):
        raise AssertionError("it was decoded")

    monkeypatch.setattr(ImageFile.ImageFile, "load", decoded)
    monkeypatch.setattr("PIL.WebPImagePlugin.WebPImageFile.load", decoded)
    with pytest.raises(NotAPhotoError, match="too large"):
        rebuild(bomb)


def test_text_that_unpacks_to_a_great_length_is_refused_or_left_behind():
    bomb = chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(80_000_000)))
    sent = encoded(upright(), "PNG")
    sent = sent[:33] + bomb + sent[33:]
    with pytest.raises(NotAPhotoError):
        rebuild(sent)


def test_a_large_photo_is_made_smaller_and_never_too_many_bytes():
    noise = Image.effect_noise((2000, 2400), 120)
    noise = Image.merge("RGB", [noise, noise.rotate(90, expand=False), noise.rotate(180)])
    dots = rebuild(encoded(noise, "JPEG", quality=98))
    assert max(dots.width, dots.height) <= 1600
    assert opened(dots.whole).size == (dots.width, dots.height)
    assert len(dots.whole) <= 1_000_000
    assert max(opened(dots.small).size) <= pixels.SMALL_SIDE
    assert len(dots.small) < 60_000


def test_an_ordinary_photo_keeps_its_detail():
    dots = rebuild(encoded(upright((4000, 3000)), "JPEG"))
    assert (dots.width, dots.height) == (1600, 1200)
    assert len(dots.whole) < MOST_BYTES


@pytest.mark.parametrize("kind", KINDS)
def test_a_damaged_file_is_a_photo_or_is_refused_and_nothing_else_happens(kind):
    dice, whole = random.Random(7), from_a_phone(kind)  # noqa: S311
    for _ in range(150):
        spoiled = bytearray(whole)
        for _ in range(dice.randrange(1, 12)):
            spoiled[dice.randrange(len(spoiled))] = dice.randrange(256)
        try:
            dots = rebuild(bytes(spoiled))
        except NotAPhotoError:
            continue
        assert set(segments(dots.whole)) <= BARE
