"""A report's page as its reader uses it, in a real browser: what it prints as JSON is what the tests hold to.

alive.py BROWSER PAGE"""

import json
import pathlib
import sys

import axe_playwright_python
from playwright.sync_api import sync_playwright

BROWSER, PAGE = sys.argv[1], pathlib.Path(sys.argv[2]).resolve().as_uri()
AXE = (pathlib.Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()
READY = "html[data-ready]"


def opened(browser, **how):
    """The page when its program is ready, and what went wrong on the way."""
    page = browser.new_page(reduced_motion="reduce", **how)
    wrong = []
    page.on("console", lambda message: wrong.append(message.text))
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("request", lambda request: wrong.append(request.url) if request.url.split("#")[0] != PAGE else None)
    page.goto(PAGE)
    if how.get("java_script_enabled", True):
        page.wait_for_selector(READY, state="attached", timeout=20_000)
    return page, wrong


def findings(page):
    """What axe-core finds against WCAG 2.2 AA and its best practices."""
    page.evaluate(AXE)
    found = page.evaluate("axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']})")
    return [f"{it['id']}: {it['nodes'][0]['html'][:160]}" for it in found["violations"]]


def span(page):
    return page.inner_text("#range")


def used(page):
    """What happens when it is used."""
    strips = page.locator("#strips")
    strips.scroll_into_view_if_needed()
    seen = {"whole": span(page), "strips": page.locator(".strip canvas").count()}
    over = page.locator(".strip .u-over").first.bounding_box()
    at = lambda share: (over["x"] + over["width"] * share, over["y"] + over["height"] / 2)
    page.mouse.move(*at(0.5))
    page.wait_for_timeout(300)
    seen["reading"] = page.inner_text("#reading")
    seen["heads"] = page.locator(".strip .head span").all_inner_texts()
    # Drag to zoom, Shift and drag to move, double-click for the whole.
    page.mouse.move(*at(0.2)), page.mouse.down(), page.mouse.move(*at(0.3), steps=4), page.mouse.up()
    seen["dragged"] = span(page)
    page.keyboard.down("Shift"), page.mouse.move(*at(0.8)), page.mouse.down(), page.mouse.move(*at(0.3), steps=4), page.mouse.up(), page.keyboard.up("Shift")
    seen["moved"] = span(page)
    seen["fragment"] = page.evaluate("location.hash")
    page.mouse.dblclick(*at(0.5))
    seen["doubled"] = span(page)
    strips.focus()
    for key in ["+", "+", "ArrowRight", "n", "p", "l", "End", "-", ".", ","]:
        page.keyboard.press(key)
        seen["key " + key] = span(page)
    page.keyboard.press("0")
    seen["key 0"] = span(page)
    page.locator("#jumps button").nth(1).click()
    seen["jumped"] = span(page)
    # The table: find, sort, keys.
    rows = lambda: page.locator("#vmtable tbody tr:not([aria-hidden])").count()
    seen["rows"], seen["shown"] = rows(), page.inner_text("#shown")
    page.keyboard.press("/")
    seen["focus"] = page.evaluate("document.activeElement.id")
    page.fill("#find", "age>1s nothing-of-this-name")
    seen["none"] = rows()
    page.fill("#find", "")
    head = page.locator("#vmtable thead button").first
    head.focus(), page.keyboard.press("Enter")
    seen["sorted"] = page.locator("#vmtable thead th").first.get_attribute("aria-sort")
    seen["first"] = page.locator("#vmtable tbody th").first.inner_text()
    return seen


with sync_playwright() as playwright:
    browser = playwright.chromium.launch(executable_path=BROWSER, args=["--no-sandbox", "--disable-gpu"])
    told = {"wrong": [], "axe": [], "wide": {}}
    for width, scheme in [(360, "light"), (800, "light"), (1400, "light"), (1400, "dark"), (3840, "light")]:
        page, wrong = opened(browser, viewport={"width": width, "height": 900}, color_scheme=scheme)
        told["wrong"] += wrong
        told["wide"][str(width)] = page.evaluate("document.documentElement.scrollWidth")
        told["axe"] += [f"{width} {scheme}: {it}" for it in findings(page)]
        if (width, scheme) == (1400, "light"):
            told["used"] = used(page)
            told["nodes"] = page.evaluate("document.getElementsByTagName('*').length")
        page.close()
    page, wrong = opened(browser, viewport={"width": 1400, "height": 900}, java_script_enabled=False)
    told["wrong"] += wrong
    told["still"] = {"text": page.inner_text("body"), "alive": page.locator(".alive:visible").count(), "drawn": page.locator("svg:visible").count()}
    page.close()
    browser.close()
print(json.dumps(told))
