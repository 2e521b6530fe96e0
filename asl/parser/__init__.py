"""From text to a state machine: reads the document, walks its declared fields, compiles them."""

from asl.parser.document import Document, read_document
from asl.parser.machine import Parsed, read_machine

__all__ = ["Document", "Parsed", "read_document", "read_machine"]
