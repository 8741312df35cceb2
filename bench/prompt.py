"""Measures how long the prompt takes without a network, on a phone four times slower than this
machine: from the tap, or from leaving the field of the temperature, to the frame that shows it.

`python bench/prompt.py` uses the example diary, in its own folder, with server and Chromium.
"""

from statistics import median, quantiles

from chromium import CHROMIUM
from measure import ORIGIN, PHONE, addresses, example, log_in, server
from playwright.sync_api import Page, expect, sync_playwright

ROUNDS = 100
SLOWER = 4

# From when the browser took the input until the frame that shows the prompt is drawn.
WATCH = """() => {
    const prompt = document.querySelector("form .prompt");
    window.times = [];
    document.addEventListener("change", ({ timeStamp }) => {
        requestAnimationFrame(() => setTimeout(() => {
            const isShown = getComputedStyle(prompt).display !== "none";
            if (isShown) window.times.push(performance.now() - timeStamp);
        }));
    }, { capture: true });
}"""


def main() -> None:
    with example() as (_folder, password), server(), sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        context = browser.new_context(viewport=PHONE)
        page = log_in(context, password)
        today = addresses(page)["Today"]
        go_offline(page, today)
        context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
        report("a symptom is tapped", by_tap(page))
        report("a temperature is typed", by_number(page))
        browser.close()


def go_offline(page: Page, today: str) -> None:
    page.goto(ORIGIN + today)
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.wait_for_function("() => typeof draft === 'object' && outbox.ready.then(() => true)")
    with page.expect_response("**/kept/") as kept:
        page.reload()
    kept.value.finished()
    page.wait_for_timeout(500)
    page.context.set_offline(True)
    page.reload()
    expect(page.locator("form.answers")).to_be_visible()


def by_tap(page: Page) -> list[float]:
    page.evaluate(WATCH)
    prompt, field = page.locator("form .prompt"), page.locator("#symptom-confusion")
    field.locator("summary").first.click()
    for _ in range(ROUNDS):
        field.get_by_text("Severe", exact=True).click()
        expect(prompt).to_be_visible()
        field.get_by_text("No", exact=True).click()
        expect(prompt).to_be_hidden()
    return page.evaluate("window.times")


def by_number(page: Page) -> list[float]:
    """The prompt shows once the field is left: half a number is not a reading yet."""
    page.evaluate("window.times.length = 0")
    prompt, field = page.locator("form .prompt"), page.locator(".temp .input:visible")
    for _ in range(ROUNDS):
        for reading, is_urgent in (("39.5", True), ("36.8", False)):
            field.click()
            field.press("ControlOrMeta+a")
            page.keyboard.type(reading)
            page.keyboard.press("Tab")
            expect(prompt).to_be_visible(visible=is_urgent)
    return page.evaluate("window.times")


def report(what: str, times: list[float]) -> None:
    cuts = quantiles(times, n=20)
    print(
        f"Prompt without a network, {SLOWER} times slower, {what}: "
        f"p50 {median(times):.0f} ms, p95 {cuts[18]:.0f} ms, most {max(times):.0f} ms "
        f"({len(times)} times)"
    )


if __name__ == "__main__":
    main()
