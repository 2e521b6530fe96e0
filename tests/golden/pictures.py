"""The pictures of sample machines that are kept, and the command that draws them."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner

from cli.main import main
from tests.golden.samples import ROOT

PICTURES = {
    ROOT / "docs" / "pictures" / "checkout.svg": "checkout",
    ROOT / "docs" / "pictures" / "records_pipeline.svg": "records_pipeline",
    Path(__file__).with_name("records_pipeline.mmd"): "records_pipeline",
    Path(__file__).with_name("records_pipeline.dot"): "records_pipeline",
}
"""Each with the sample that it shows; those of the documentation are linked there."""


def drawn(picture: Path, sample: str) -> str:
    """A picture as the command draws it now."""
    form = picture.suffix.removeprefix(".")
    result = CliRunner().invoke(main, ["graph", str(ROOT / "sample_machines" / sample), "--format", form])
    assert result.exit_code == 0, result.output
    return result.stdout
