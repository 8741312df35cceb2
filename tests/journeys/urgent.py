"""What every test of a fault asks: an urgent answer prompts, with the team's own number to tap."""

from playwright.sync_api import Locator, Page, expect

from tests.journeys.phone import answer

PROMPT = "Urgent: call Ana's care team now"
TEAM = "tel:02079460123"


def measure(page: Page, degrees: str) -> None:
    page.get_by_label("Temperature in °C").fill(degrees)
    page.get_by_label("Note").focus()


def unfold(page: Page, words: str) -> Locator:
    """Open what is folded under these words, and return it."""
    folded = page.locator("details", has_text=words).last
    folded.locator("summary").click()
    return folded


def prompt(page: Page) -> Locator:
    return page.locator("form .prompt")


def expect_prompt(page: Page) -> None:
    expect(prompt(page)).to_be_visible()
    expect(prompt(page)).to_contain_text(PROMPT)
    expect(prompt(page).get_by_role("link").first).to_have_attribute("href", TEAM)
    expect(prompt(page).get_by_role("link").first).to_be_in_viewport()


def answer_urgently(page: Page) -> None:
    """A fever prompts, a reading below the line does not, and confusion prompts again."""
    expect(prompt(page)).to_be_hidden()
    measure(page, "38.6")
    expect_prompt(page)
    measure(page, "36.8")
    expect(prompt(page)).to_be_hidden()
    answer(page, "confusion", "Moderate").check(force=True)
    expect_prompt(page)


def save(page: Page) -> None:
    page.get_by_role("button", name="Save for Ana").click()


def expect_card(page: Page) -> None:
    """The card of a saved entry, which interrupts."""
    card = page.get_by_role("alertdialog", name="Call Ana's care team now")
    expect(card.get_by_role("heading", level=1)).to_be_focused()
    expect(card.get_by_role("link").first).to_have_attribute("href", TEAM)


def expect_kept(page: Page, why: str) -> None:
    """Kept on the phone: in sight, with the reason, and the prompt goes on standing."""
    expect(page.get_by_role("heading", name="Not sent yet: 1")).to_be_visible()
    outbox = page.locator("#outbox")
    expect(outbox).to_contain_text(why)
    expect(outbox).to_contain_text("Urgent: Ana")
    standing = page.locator("#first").get_by_role("alertdialog", name=PROMPT)
    expect(standing).to_be_focused()
    expect(standing.get_by_role("link").first).to_have_attribute("href", TEAM)


def wait_until_kept(page: Page) -> None:
    """Until the phone has what it needs to open the page of today without the diary."""
    page.evaluate(
        """async () => {
            for (;;) {
                const account = await vault.account();
                const isKept = account && (await vault.kept(account)).length;
                if (isKept && navigator.serviceWorker.controller) return;
                await new Promise((go) => { setTimeout(go, 50); });
            }
        }"""
    )
