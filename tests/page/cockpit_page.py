"""The page as its user sees it: rows, cards and buttons."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect


class CockpitPage:
    """Finds things on the page by what a user calls them."""

    def __init__(self, page: Page) -> None:
        self.page = page
        expect(self.rows.first).to_be_visible()

    @property
    def rows(self) -> Locator:
        return self.page.locator(".row[data-name]:visible")

    @property
    def first(self) -> Locator:
        """The best result of the search."""
        return self.page.locator('.row[data-place="0"]:visible')

    def row(self, name: str) -> Locator:
        return self.page.locator(f'.row[data-name="{name}"]:visible')

    def card(self, name: str) -> Locator:
        return self.page.locator(f'.card[data-name="{name}"]')

    def search(self, words: str) -> None:
        """Searches and waits for the results."""
        self.page.locator("input[type=search]").fill(words)
        expect(self.page.locator(".list")).to_have_attribute("data-query", words)

    def open(self, name: str) -> Locator:
        """Finds an item, opens it and returns its card."""
        self.search(name)
        self.row(name).click()
        card = self.card(name)
        expect(card).to_be_visible()
        return card

    def line(self, line: str) -> Locator:
        """Returns the button that sends this line."""
        return self.page.locator(f'[data-line="{line}"]').first
