"""Writes docs/rules anew: `python -m tests.rules`."""

from __future__ import annotations

from tests.rules.documents import FOLDER, documents


def main() -> None:
    """Writes every page, and takes away what is none."""
    FOLDER.mkdir(exist_ok=True)
    pages = documents()
    for path in FOLDER.iterdir():
        if path.name not in pages:
            path.unlink()
    for name, text in pages.items():
        (FOLDER / name).write_text(text, encoding="utf-8", newline="\n")
    print(f"{len(pages)} pages in docs/rules")


if __name__ == "__main__":
    main()
