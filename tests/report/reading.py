"""A page read back as a tree, by the standard library alone."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"meta", "br", "link", "img", "hr", "input"}


@dataclass
class Node:
    tag: str
    attributes: dict[str, str]
    inside: list = field(default_factory=list)

    @property
    def text(self) -> str:
        """Everything that it says, with blanks as one."""
        return " ".join("".join(part if isinstance(part, str) else f" {part.text} " for part in self.inside).split())

    def all(self, *tags: str) -> list[Node]:
        """All nodes of these tags within, in the page's order; without tags, every node."""
        found = []
        for part in self.inside:
            if isinstance(part, Node):
                if not tags or part.tag in tags:
                    found.append(part)
                found += part.all(*tags)
        return found

    def one(self, tag: str, **attributes: str) -> Node:
        """The only node of a tag with these attributes."""
        (found,) = [n for n in self.all(tag) if attributes.items() <= n.attributes.items()]
        return found


class Reader(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Node("", {})
        self.open = [self.root]
        self.feed(text)
        self.close()
        assert self.open == [self.root], f"left open: {[node.tag for node in self.open]}"

    def handle_starttag(self, tag, attrs):
        node = Node(tag, {key: value or "" for key, value in attrs})
        self.open[-1].inside.append(node)
        if tag not in VOID:
            self.open.append(node)

    def handle_startendtag(self, tag, attrs):
        self.open[-1].inside.append(Node(tag, {key: value or "" for key, value in attrs}))

    def handle_endtag(self, tag):
        assert self.open.pop().tag == tag

    def handle_data(self, data):
        self.open[-1].inside.append(data)


def read(text: str) -> Node:
    """The root of a page; every element must be closed where it should be."""
    return Reader(text).root


def section(page: Node, name: str) -> Node:
    """A section of the page."""
    return page.one("section", id=name)


def rows(table: Node) -> list[list[str]]:
    """A table's rows as text, headings of groups left out."""
    return [
        [cell.text for cell in row.all("th", "td")]
        for body in table.all("tbody")
        for row in body.all("tr")
        if row.attributes.get("class") != "heading"
    ]
