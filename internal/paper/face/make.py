"""Makes the two faces of this folder. Run by hand, once per release of the font:

    npm install @fontsource/atkinson-hyperlegible-next@VERSION
    python3 make.py node_modules/@fontsource/atkinson-hyperlegible-next

Needs fontTools. The package ships one file per script and weight; Latin and
extended Latin become one file, without tables that no PDF uses. Some characters that
French needs on paper and the font lacks are added: the narrow no-break
space, two hyphens, an arrow, and the box that stands for what cannot be shown.
characters.txt lists what both weights have a glyph for.
"""

import sys
from pathlib import Path

from fontTools.merge import Merger
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont

UNUSED = ("GDEF", "GPOS", "GSUB", "STAT", "gasp", "GlyphOrder")
LANGUAGE, UNICODE_NAMES = 0x409, (0, 1, 2, 3, 4, 5, 6, 7, 13, 14)


def polygon(*contours):
    pen = TTGlyphPen(None)
    for points in contours:
        pen.moveTo(points[0])
        for p in points[1:]:
            pen.lineTo(p)
        pen.closePath()
    return pen.glyph()


def add(font, char, name, glyph, width):
    font.setGlyphOrder(font.getGlyphOrder() + [name])
    font["glyf"][name] = glyph
    font["hmtx"][name] = (width, getattr(glyph, "xMin", 0) or 0)
    for table in font["cmap"].tables:
        table.cmap[char] = name


def square(left, bottom, right, top):
    return (left, bottom), (left, top), (right, top), (right, bottom)


def make(files, stroke, out):
    parts, released = [], 0
    for file in files:
        font = TTFont(file)
        font.flavor = None
        released = max(released, font["head"].modified)
        for tag in UNUSED:
            if tag in font:
                del font[tag]
        plain = Path(out).parent / (Path(file).stem + ".part.ttf")
        font.save(plain)
        parts.append(plain)
    font = Merger().merge([str(p) for p in parts])
    for p in parts:
        p.unlink()

    glyphs = font["glyf"]
    have = font.getBestCmap()
    add(font, 0x202F, "uni202F", polygon(), font["hmtx"][have[0x2009]][0])
    hyphen = have[0x2D]
    for char in (0x2010, 0x2011):
        if char not in have:
            add(font, char, f"uni{char:04X}", glyphs[hyphen], font["hmtx"][hyphen][0])
    s = stroke
    add(font, 0x25A1, "uni25A1", polygon(square(60, 0, 600, 668), square(60 + s, s, 600 - s, 668 - s)[::-1]), 660)
    mid, h = 290, s / 2
    add(font, 0x2192, "uni2192", polygon(
        ((70, mid - h), (70, mid + h), (600, mid + h), (600, mid - h)),
        ((560, mid - 210), (560, mid + 210), (800, mid))), 870)
    for glyph in ("uni202F", "uni25A1", "uni2192"):
        glyphs[glyph].recalcBounds(glyphs)
        font["hmtx"][glyph] = (font["hmtx"][glyph][0], getattr(glyphs[glyph], "xMin", 0))
    font["name"].names = [n for n in font["name"].names if n.platformID == 3 and n.langID == LANGUAGE and n.nameID in UNICODE_NAMES]
    font["post"].formatType = 3.0
    font.recalcTimestamp = False  # the same package makes the same bytes
    font["head"].created = font["head"].modified = released
    font.save(out)
    return font.getBestCmap()


if __name__ == "__main__":
    package = Path(sys.argv[1])
    here = Path(__file__).parent
    covered = None
    for weight, stroke, out in ((400, 66, "regular.ttf"), (700, 110, "bold.ttf")):
        has = make([package / "files" / f"atkinson-hyperlegible-next-{script}-{weight}-normal.woff"
                    for script in ("latin", "latin-ext")], stroke, here / out)
        covered = set(has) if covered is None else covered & set(has)
    (here / "characters.txt").write_text("".join(map(chr, sorted(covered))))
    (here / "LICENSE").write_text((package / "LICENSE").read_text())
