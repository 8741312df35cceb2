"""What a hand does on a phone in the journeys without a network."""

from playwright.sync_api import Locator, Page, expect

from accounts.models import Patient

CANARY = "zqcanarynote"


def wait_until_kept(page: Page, patient: Patient) -> None:
    page.evaluate(
        """async (patient) => {
            for (let i = 0; i < 100; i += 1) {
                const account = await vault.account();
                const rows = await vault.kept(account);
                if (rows.some((row) => row.patient === patient)) return;
                await new Promise((go) => { setTimeout(go, 50); });
            }
            throw new Error("not kept");
        }""",
        str(patient.pk),
    )


def wait_for_outbox(page: Page) -> None:
    """What keeps an entry comes after the page; then it asks whose it is."""
    page.wait_for_function("() => typeof draft === 'object' && outbox.ready.then(() => true)")


def offline_page(page: Page) -> Page:
    page.context.set_offline(True)
    page.reload()
    expect(page.locator("#offline[data-ready]")).to_be_attached()
    return page


def answer(page: Page, symptom: str, words: str) -> Locator:
    """Open the symptom, and what it is folded in, and return one of its answers."""
    tile = page.locator(f"#symptom-{symptom}")
    closed = tile.locator("xpath=ancestor-or-self::details[not(@open)]")
    while closed.count():
        closed.first.locator("xpath=./summary").click()
    tile.evaluate("tile => tile.scrollIntoView()")  # not under a bar
    return tile.locator(".scale").get_by_label(words, exact=True)


def follow(link: Locator) -> None:
    """A click alone does not wait: what is asked next may meet the page that is just being left."""
    with link.page.expect_navigation():
        link.click()


def save(page: Page) -> None:
    page.get_by_role("button", name="Save for Ana").click()


def count(page: Page) -> Locator:
    return page.get_by_role("heading", name="Not sent yet")


def type_entry(page: Page, note: str = CANARY) -> None:
    answer(page, "headache", "Mild").check(force=True)
    page.get_by_label("Note").fill(note)


def no_connection(page: Page) -> None:
    page.context.set_offline(True)


def offline_page_at(page: Page, url: str) -> None:
    page.context.set_offline(True)
    page.goto(url)
    expect(page.locator("#offline[data-ready]")).to_be_attached()


def unsent(page: Page) -> int:
    return int(page.evaluate("async () => (await vault.unsent()).length"))


def expect_half_typed(page: Page) -> None:
    """The phone has sealed what is half typed."""
    page.wait_for_function("async () => (await vault.drafts()).length > 0")
