"""Every part of Whoosh that is used, and the one place that imports it. Some are private: the version is pinned."""

from __future__ import annotations

import warnings

with warnings.catch_warnings():
    warnings.simplefilter(
        "ignore"
    )  # its syntax is old, and whoever starts the playbook can do nothing about it
    from whoosh.codec.whoosh3 import W3Codec, W3LeafMatcher, W3PostingsWriter
    from whoosh.columns import VarBytesColumn
    from whoosh.fields import FieldType, Schema
    from whoosh.filedb.filestore import FileStorage
    from whoosh.filedb.structfile import BufferFile, StructFile
    from whoosh.formats import Positions
    from whoosh.index import TOC, FileIndex, clean_files
    from whoosh.reading import SegmentReader, TermNotFound
    from whoosh.writing import SegmentWriter

__all__ = [
    "TOC",
    "BufferFile",
    "FieldType",
    "FileIndex",
    "FileStorage",
    "Positions",
    "Schema",
    "SegmentReader",
    "SegmentWriter",
    "StructFile",
    "TermNotFound",
    "VarBytesColumn",
    "W3Codec",
    "W3LeafMatcher",
    "W3PostingsWriter",
    "clean_files",
]
