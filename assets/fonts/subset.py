"""Cuts the fonts down to what the lab writes.

usage: subset.py OUT_DIR REGULAR SEMIBOLD KOREAN

Digits become the font's tabular figures, so that numbers do not dance. The Korean face keeps the
2,350 syllables of KS X 1001 under another name: its licence reserves its own for the whole font.
"""
import os
import sys

from fontTools import subset
from fontTools.ttLib import TTFont

LATIN = "".join(chr(c) for c in range(0x20, 0x7F)) + "".join(chr(c) for c in range(0xA0, 0x180))
SYMBOLS = (
    "αβγδεζηθικλμνξοπρστυφχψωΓΔΘΛΞΠΣΦΨΩ"
    "⁰¹²³⁴⁵⁶⁷⁸⁹⁻ⁱⁿ₀₁₂₃₄₅₆₇₈₉ₐₑₖₘₙₓ⅛½¼¾"
    "−±×÷·…–—“”‘’←→↑↓↔∂∫∑∏√∞≈≠≤≥‖~"
)


def korean_syllables():
    for first in range(0xB0, 0xC9):
        for second in range(0xA1, 0xFF):
            yield bytes([first, second]).decode("euc-kr")


def cut(source, target, text, tabular, name=None):
    font = TTFont(source)
    for record in font["name"].names if name else []:
        if record.nameID in (1, 3, 4, 6, 16):
            record.string = name.replace(" ", "") if record.nameID == 6 else name
    if tabular:
        glyphs = set(font.getGlyphOrder())
        for table in font["cmap"].tables:
            for digit in "0123456789":
                figure = table.cmap.get(ord(digit))
                if figure and figure + ".tf" in glyphs:
                    table.cmap[ord(digit)] = figure + ".tf"
    options = subset.Options(layout_features=["kern"], hinting=False, desubroutinize=True)
    options.drop_tables += ["GSUB", "GPOS", "GDEF", "DSIG"]
    subsetter = subset.Subsetter(options)
    subsetter.populate(text=text)
    missing = [c for c in text if ord(c) not in font.getBestCmap()]
    subsetter.subset(font)
    font.save(target)
    print(f"{target}: {os.path.getsize(target)} bytes, without {''.join(missing) or 'nothing'}")


def main():
    out, regular, semibold, korean = sys.argv[1:]
    os.makedirs(out, exist_ok=True)
    cut(regular, os.path.join(out, "regular.otf"), LATIN + SYMBOLS, True)
    cut(semibold, os.path.join(out, "semibold.otf"), LATIN + SYMBOLS, True)
    cut(korean, os.path.join(out, "korean.ttf"), "".join(korean_syllables()), False, "Likelihood Lab Korean")


main()
