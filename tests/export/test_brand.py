"""The colour and logo of the institution, and why some cannot be used."""

from __future__ import annotations

import pytest
from anything import DOT, SVG, problems

from workshop_kit.errors import ExportError
from workshop_kit.export import html, pdf
from workshop_kit.export.brand import PLAIN, brand, contrast
from workshop_kit.export.document import Document, Paragraph, text

DOCUMENT = Document(
    title="T", subtitle="Huis", lang="nl", blocks=(Paragraph(runs=text("x")),)
)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("#000000", "#ffffff", 21),
        ("#ffffff", "#ffffff", 1),
        ("#777777", "#ffffff", 4.48),
    ],
)
def test_contrast_is_that_of_wcag(one, other, expected):
    """The published values of black, white and the grey that just fails."""
    assert contrast(one, other) == pytest.approx(expected, abs=0.01)


def test_a_colour_is_in_page_and_paper(tmp_path):
    """Headings and links take it, in a lighter tone on a dark screen."""
    (tmp_path / "logo.svg").write_text(SVG, "utf-8")
    made = brand(colour="8A1538", logo=tmp_path / "logo.svg")
    page = html.render(DOCUMENT, brand=made)
    assert "--accent: #8a1538" in page
    assert contrast(made.bright, "#14191c") >= 4.5
    assert 'alt="Logo van Huis"' in page
    assert problems(pdf.render(DOCUMENT, brand=made)) == []


def test_no_brand_is_ours():
    """Without options nothing is added."""
    assert brand() == PLAIN
    assert "logo" not in html.render(DOCUMENT).split("</style>")[1]


@pytest.mark.parametrize(
    ("colour", "said"),
    [
        (
            "red",
            "--colour: “red” is not a colour. Write it as six digits, such as #0b5563.",
        ),
        (
            "#fd0",
            "--colour: Words in the colour #ffdd00 cannot be read well on white: the "
            "contrast is 1.3 to 1, and 4.5 to 1 is needed. Choose a darker colour of "
            "your house style.",
        ),
        (
            "#777777",
            "--colour: Words in the colour #777777 cannot be read well on white: the "
            "contrast is 4.4 to 1, and 4.5 to 1 is needed. Choose a darker colour of "
            "your house style.",
        ),
    ],
)
def test_an_impossible_colour(colour, said):
    """What is no colour, or too light to read, is said with the figure."""
    with pytest.raises(ExportError) as caught:
        brand(colour=colour)
    assert str(caught.value) == said


def test_a_missing_logo(tmp_path):
    """The path that was typed stands in the message."""
    with pytest.raises(ExportError) as caught:
        brand(logo=tmp_path / "no.svg")
    assert str(caught.value) == (
        f"{tmp_path / 'no.svg'}: the logo cannot be read (No such file or directory). "
        "Give the name of an SVG, PNG or JPEG file with --logo."
    )


@pytest.mark.parametrize(
    "content",
    [
        b"GIF89a",
        SVG.replace("<path", '<image href="https://a.example/x.png"/><path').encode(),
        SVG.replace("<path", "<script>1</script><path").encode(),
        DOT[:-30],
        b"",
    ],
)
def test_a_logo_that_is_no_picture_or_loads_something(tmp_path, content):
    """Only whole pictures that keep to themselves are taken."""
    path = tmp_path / "logo.svg"
    path.write_bytes(content)
    with pytest.raises(ExportError, match="is no picture, is too large, or loads"):
        brand(logo=path)
