"""The page of a trainer that cannot be loaded."""

from support.visitor import Visitor

BROKEN = "/sandbox/broken"


def test_a_trainer_that_cannot_be_loaded_says_why(visit: Visitor) -> None:
    text = visit.open(BROKEN)
    assert "This trainer cannot be loaded" in text
    assert "<p>SyntaxError: invalid syntax</p>" in text
    assert "File &#34;train.py&#34;, line 1\n" in text
    assert "import nothing_&lt;script&gt;" in text
    assert "nothing_<script>" not in text
    assert "No version yet." in text
    assert f'href="{BROKEN}/train"' not in text
    visit.open(f"{BROKEN}/train", status=404)
