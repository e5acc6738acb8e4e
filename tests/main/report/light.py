"""A large page before and after what is packed on it is asked for, as JSON.

light.py BROWSER PAGE"""

import json
import pathlib
import sys

from playwright.sync_api import sync_playwright

BROWSER, PAGE = sys.argv[1], pathlib.Path(sys.argv[2]).resolve().as_uri()

with sync_playwright() as playwright:
    browser = playwright.chromium.launch(executable_path=BROWSER, args=["--no-sandbox", "--disable-gpu"])
    page = browser.new_page(viewport={"width": 1400, "height": 900}, reduced_motion="reduce")
    seen = {"wrong": []}
    page.on("console", lambda message: seen["wrong"].append(message.text))
    page.on("pageerror", lambda error: seen["wrong"].append(str(error)))
    page.goto(PAGE)
    page.wait_for_selector("html[data-ready]", state="attached", timeout=20_000)
    seen["nodes"] = page.evaluate("document.getElementsByTagName('*').length")
    count = lambda what: page.locator(what).count()
    seen["folded"] = count(".tab:nth-of-type(1) details:first-of-type .vm")
    page.locator(".tab summary").first.click()
    page.wait_for_timeout(100)
    seen["unfolded"] = page.evaluate("document.querySelector('.tab details').querySelectorAll('.vm').length")
    second = "document.querySelectorAll('.tab')[1].querySelectorAll('details').length"
    seen["hidden tab"] = page.evaluate(second)
    page.locator(".tabs > label").nth(1).click()
    seen["shown tab"] = page.evaluate(second)
    seen["far"] = page.evaluate("document.querySelectorAll('#vms td').length")
    page.evaluate("location.hash = '#vms'")
    page.wait_for_timeout(200)
    seen["linked"] = page.evaluate("document.querySelectorAll('#vms td').length")
    page.pdf(path="page.pdf")
    cells = "document.querySelectorAll('td').length - document.querySelectorAll('.alive td').length"
    seen["left"] = page.evaluate("document.querySelectorAll(':is(section, .tab) > noscript').length")
    seen["printed"] = page.evaluate(cells)
    page.close()
    page = browser.new_page(viewport={"width": 1400, "height": 900}, java_script_enabled=False)
    page.goto(PAGE)
    seen["still"] = page.locator("td").count() - page.locator(".alive td").count()
    browser.close()
print(json.dumps(seen))
