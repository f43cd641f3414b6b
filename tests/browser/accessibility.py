"""Looks at what a page shows for what keeps people out: WCAG 2.2, as far as a program can tell."""

from collections.abc import Iterator
from typing import Any

from tests.browser.webdriver import Browser


def list_barriers(browser: Browser) -> list[str]:
    """Return what is wrong with the page as it stands, in words; an empty list is good."""
    found: list[str] = [*browser.run(CONTRAST), *browser.run(STRUCTURE), *browser.run(TARGETS)]
    return [*found, *_nameless(browser.accessibility_tree())]


def _nameless(nodes: list[dict[str, Any]]) -> Iterator[str]:
    """Find what can get the focus and has no name that a screen reader could say (4.1.2)."""
    for node in nodes:
        properties = {one["name"]: one["value"].get("value") for one in node.get("properties", ())}
        name = node.get("name", {}).get("value", "")
        if not node["ignored"] and properties.get("focusable") and not name.strip():
            yield f"a {node['role']['value']} without a name"


# 1.4.3: 4.5 : 1, or 3 : 1 for large text, of texts, values and placeholders against the first opaque background behind.
CONTRAST = """
const parse = (colour) => colour.match(/[\\d.]+/g).map(Number);
const channel = (value) => value <= 0.04045 * 255 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4;
const luminance = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
const behind = (element) => {
  for (let node = element; node; node = node.parentElement) {
    const colour = parse(getComputedStyle(node).backgroundColor);
    if (colour.length < 4 || colour[3] === 1) return colour;
  }
  return [255, 255, 255];
};
const isLarge = ({ fontSize, fontWeight }) => parseFloat(fontSize) >= (fontWeight >= 700 ? 18.66 : 24);
const found = [];
for (const element of document.querySelectorAll("body *")) {
  const words = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
  const isField = element.matches("input:not([type=checkbox]), select");
  if (!(words || isField) || !element.checkVisibility() || element.disabled || element.tagName === "OPTION") continue;
  const isHint = element.placeholder && !element.value;
  const style = getComputedStyle(element, isHint ? "::placeholder" : undefined);
  const [one, other] = [luminance(parse(style.color)), luminance(behind(element))];
  const ratio = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
  const isEnough = ratio >= (isLarge(style) ? 3 : 4.5);
  if (!isEnough) found.push(`contrast ${ratio.toFixed(2)}: ${element.outerHTML.slice(0, 99)}`);
}
return found;
"""

# 1.3.1, 2.4.2, 2.4.6, 3.1.1, 4.1.2: headings in order, references that lead somewhere, lists of items, one main part.
STRUCTURE = """
const all = (css) => [...document.querySelectorAll(css)];
const found = [];
const ids = all("[id]").map((element) => element.id);
for (const id of new Set(ids.filter((id, place) => ids.indexOf(id) !== place))) found.push(`two elements are ${id}`);
for (const name of ["aria-labelledby", "aria-describedby", "aria-controls", "for"]) {
  for (const element of all(`[${name}]`)) {
    if (!document.getElementById(element.getAttribute(name))) found.push(`${name} leads nowhere: ${element.outerHTML}`);
  }
}
for (const list of all("ol, ul")) {
  if ([...list.children].some((child) => child.tagName !== "LI")) found.push(`no item: ${list.outerHTML.slice(0, 99)}`);
}
const shown = all("h1, h2, h3, h4").filter((heading) => heading.checkVisibility());
const levels = (document.querySelector("dialog[open]") ? shown.filter((one) => one.closest("dialog")) : shown)
  .map((heading) => Number(heading.tagName[1]));
levels.forEach((level, place) => {
  if (level > (levels[place - 1] ?? 1) + 1) found.push(`headings jump to ${level}`);
});
if (all("main").length !== 1 || all("h1").length !== 1) found.push("not one main part with one title");
if (!document.documentElement.lang || !document.title) found.push("no language, or no title");
for (const element of all("img:not([alt]), [aria-hidden=true] :is(a, button, input, select, [tabindex])")) {
  found.push(`unnamed or unreachable: ${element.outerHTML.slice(0, 99)}`);
}
return found;
"""

# 2.5.8: a target is 24 CSS px wide and high, unless it stands in a sentence or its label is one too.
TARGETS = """
return [...document.querySelectorAll("a[href], button, input, select, summary")].filter((element) => {
  const target = element.labels?.length ? element.closest("label") ?? element : element;
  const { width, height } = target.getBoundingClientRect();
  const isInSentence = getComputedStyle(element).display === "inline" && element.closest("p:not(.facts)");
  return element.checkVisibility() && !isInSentence && !element.matches(".skip") && (width < 24 || height < 24);
}).map((element) => `too small: ${element.outerHTML.slice(0, 99)}`);
"""
