"""No link of the documentation leads nowhere."""

import pytest

from tests.docs.pages import DOCS, ROOT, Page, pages


@pytest.mark.parametrize("page", pages(), ids=str)
def test_every_relative_link_leads_to_a_file_and_a_heading_in_it(page: Page) -> None:
    dead = []
    for link in page.links:
        name, _, anchor = link.partition("#")
        target = (page.path.parent / name).resolve() if name else page.path
        if not target.is_relative_to(ROOT) or not target.exists() or (anchor and anchor not in Page(target).anchors):
            dead.append(link)
    assert dead == []


def test_every_page_is_on_the_map() -> None:
    mapped = {(DOCS / link.partition("#")[0]).resolve() for link in Page(DOCS / "README.md").links}
    decisions = DOCS / "decisions"
    mapped |= {(decisions / link.partition("#")[0]).resolve() for link in Page(decisions / "README.md").links}
    assert {page.path for page in pages() if page.path.is_relative_to(DOCS)} - mapped == {DOCS / "README.md"}
