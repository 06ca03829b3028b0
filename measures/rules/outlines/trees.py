"""Which piece stands under which: numbers and bullets nest in the order in which they turn up."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from measures.rules.outlines import markers, words
from measures.rules.outlines.pieces import Piece
from measures.vocabulary import ElementKind

# The mark in a text to which a note belongs.
NOTED = "※"
LONGEST_HEADING = 160
# So many short paragraphs may stand before the first mark or sentence; a word of these begins the text itself.
LONGEST_PREFACE = 12
BEGINNINGS = ("はじめに", "まえがき", "目次", "序文", "前文", "概要", "序章")
PLAIN = "plain"


@dataclass(slots=True, eq=False)
class Node:
    """A piece in its place; `annex` is the annex it stands in. Its kind, rule and code are given by others."""

    piece: Piece
    text: str
    parent: Node | None = None
    annex: Node | None = None
    is_heading: bool = False
    is_preface: bool = False
    children: list[Node] = field(default_factory=list)
    has_chapters: bool = False
    kind: ElementKind = ElementKind.NARRATIVE
    rule: str = ""
    is_sure: bool = False
    code: str = ""

    @property
    def heads(self) -> bool:
        """Whether more than notes stands under it."""
        return any(not child.is_note for child in self.children)

    @property
    def is_note(self) -> bool:
        return self.piece.marker is not None and self.piece.marker.name == markers.NOTE

    @property
    def is_bullet(self) -> bool:
        return self.piece.marker is not None and self.piece.marker.is_bullet


class Tree:
    """Takes pieces in reading order; `nodes` are all of them, each under its parent."""

    def __init__(self) -> None:
        self.nodes: list[Node] = []
        self._open: list[tuple[str, Node]] = []
        self._annex: Node | None = None
        self._noted: Node | None = None
        self._in_preface = True

    def add(self, piece: Piece, later: Piece | None) -> None:
        """Puts `piece`, which `later` follows, where it belongs."""
        node = Node(piece, piece.text, annex=self._annex)
        self._in_preface = self._in_preface and self._is_of_preface(node)
        marker = piece.marker
        if self._in_preface:
            node.is_preface = True
        elif marker is None:
            self._add_plain(node, later)
        elif marker.name == markers.ANNEX:
            self._annex, node.annex = node, None
            self._open = [(markers.ANNEX, node)]
        elif marker.name == markers.NOTE:
            self._hang(node, self._noted or (self.nodes[-1] if self.nodes else None))
        else:
            self._add_marked(node)
        self._note(node)
        self.nodes.append(node)

    def _is_of_preface(self, node: Node) -> bool:
        """Short paragraphs before the first mark, sentence or word that begins the text itself."""
        plain = node.text.replace(" ", "").replace("\u3000", "")
        long = len(node.text) > LONGEST_HEADING or len(self.nodes) >= LONGEST_PREFACE
        return not (node.piece.marker or long or words.ends_sentence(plain) or plain in BEGINNINGS)

    def _note(self, node: Node) -> None:
        """Remembers whose note the next one is."""
        if node.is_note:
            return
        if NOTED in node.text:
            self._noted = node
        elif self.nodes and self.nodes[-1].is_note:
            self._noted = None

    def _add_plain(self, node: Node, later: Piece | None) -> None:
        if self._annex and not self._annex.children:
            self._hang(node, self._annex)
            return
        node.is_heading = self._could_head(node, later)
        if node.is_heading:
            self._close_to(PLAIN)
            self._close_items()
            self._hang(node, self._innermost())
            self._open.append((PLAIN, node))
            return
        if node.piece.gap:
            self._close_bullets()
        self._hang(node, self._innermost())

    def _could_head(self, node: Node, later: Piece | None) -> bool:
        """A short paragraph that is no sentence, with something to head; not within what a bullet says."""
        if later is None or words.ends_sentence(node.text) or len(node.text) > LONGEST_HEADING:
            return False
        innermost = self._innermost()
        if innermost is not None and innermost.is_bullet and not node.piece.gap:
            return False
        return later.marker is None or later.marker.name != markers.ANNEX

    def _add_marked(self, node: Node) -> None:
        marker = node.piece.marker
        if marker is None:
            return
        if marker.name == markers.LABEL:
            self._close_to(markers.LABEL)
            self._close_items()
        elif marker.name == markers.CHAPTER:
            self._close_chapters(marker.family)
        else:
            if node.piece.gap and not marker.is_bullet and not self._is_open(marker.family):
                self._close_bullets()
            self._close_to(marker.family)
        self._hang(node, self._innermost())
        if marker.name != markers.LABEL or not is_of_measures(node.text):
            self._open.append((marker.family, node))
        if marker.name == markers.CHAPTER and self._annex:
            self._annex.has_chapters = True

    def _hang(self, node: Node, parent: Node | None) -> None:
        node.parent = parent
        if parent is not None:
            parent.children.append(node)

    def _innermost(self) -> Node | None:
        return self._open[-1][1] if self._open else None

    def _is_open(self, family: str) -> bool:
        return any(one == family for one, _ in self._open)

    def _close_to(self, family: str) -> None:
        """Closes the open piece of this family and all in it; with none open nothing is closed."""
        for place, (one, _) in enumerate(self._open):
            if one == family:
                del self._open[place:]
                return

    def _close_chapters(self, family: str) -> None:
        """A chapter stands under a larger one or an annex, and in nothing else."""
        self._open = [
            (one, node)
            for one, node in self._open
            if one == markers.ANNEX or (one.startswith(markers.CHAPTER) and one < family)
        ]

    def _close_items(self) -> None:
        """Bullets, and what is numbered but says a whole sentence, head nothing."""
        while self._open and (self._open[-1][1].is_bullet or words.ends_sentence(self._open[-1][1].text)):
            self._open.pop()

    def _close_bullets(self) -> None:
        while self._open and self._open[-1][1].is_bullet:
            self._open.pop()


def is_of_measures(label: str) -> bool:
    """Whether a label in brackets announces measures."""
    return any(word in label for word in ("方策", "施策", "取組", "取り組み", "対策", "措置", "アクション"))


def tree(pieces: Iterable[Piece]) -> list[Node]:
    """The pieces as nodes, in reading order."""
    grown, before = Tree(), None
    for piece in pieces:
        if before is not None:
            grown.add(before, piece)
        before = piece
    if before is not None:
        grown.add(before, None)
    return grown.nodes
