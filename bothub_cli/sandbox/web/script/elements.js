/* Building the page. Texts from outside become DOM by textContent alone; the one exception is `draw`, which takes the
   escaped fragments that the server drew. */

const drawing = window.trustedTypes
  ? window.trustedTypes.createPolicy("drawing", { createHTML: (fragment) => fragment })
  : { createHTML: (fragment) => fragment };

const find = (id) => document.getElementById(id);

function make(name, members = {}, ...children) {
  const { dataset, ...rest } = members;
  const element = Object.assign(document.createElement(name), rest);
  Object.assign(element.dataset, dataset);
  element.append(...children.filter((child) => child != null));
  return element;
}

const small = (textContent) => make("p", { className: "small", textContent });
const button = (textContent, onclick, members = {}) => make("button", { type: "button", textContent, onclick, ...members });

function draw(fragment) {
  const place = make("div");
  place.innerHTML = drawing.createHTML(fragment);
  return place;
}

/* Keep one child for each item, in order; a child whose item did not change stays as it is, with its focus. */
function keep(list, items, { key, build }) {
  const old = new Map([...list.children].map((child) => [child.dataset.key, child]));
  let place = list.firstElementChild;
  for (const item of items) {
    const name = String(key(item));
    const before = old.get(name);
    old.delete(name);
    const child = isKept(before, item) ? before : rebuild(before, build(item, before));
    child.dataset.key = name;
    child.keptItem = item;
    if (place && !place.isConnected) place = child;
    if (child === place) place = place.nextElementSibling;
    else list.insertBefore(child, place);
  }
  for (const child of old.values()) child.remove();
}

const isKept = (child, item) =>
  child && (child.keptItem === item || JSON.stringify(child.keptItem) === JSON.stringify(item));

function rebuild(before, child) {
  if (before && before !== child) {
    const hadFocus = before.contains(document.activeElement);
    before.replaceWith(child);
    if (hadFocus) child.querySelector("a, button")?.focus();
  }
  return child;
}

function mark(list, isChosen) {
  for (const child of list.children) {
    const target = child.querySelector(":scope > a") ?? child;
    if (isChosen(child)) target.setAttribute("aria-current", "true");
    else target.removeAttribute("aria-current");
  }
}

function onSubmit(form, act) {
  form.onsubmit = (event) => {
    event.preventDefault();
    act(Object.fromEntries(new FormData(form)));
  };
}

function say(text) {
  find("news").textContent = text;
}

/* The time of day, with its date when that is not today's: the sandbox's clock can be moved. */
function clock(time, withSeconds = false) {
  const moment = new Date(time);
  const isToday = moment.toDateString() === new Date().toDateString();
  const day = isToday ? {} : { day: "numeric", month: "short" };
  const parts = withSeconds ? { second: "2-digit", fractionalSecondDigits: 3 } : {};
  return moment.toLocaleString([], { hour12: false, hour: "2-digit", minute: "2-digit", ...day, ...parts });
}

/* navigator.clipboard exists only on https and loopback; elsewhere the old way has to do. */
async function copy(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text).catch(() => copyBySelection(text));
  return copyBySelection(text);
}

function copyBySelection(text) {
  const area = make("textarea", { value: text, className: "for-readers" });
  document.body.append(area);
  area.select();
  document.execCommand("copy");
  area.remove();
}

function copyButton(words, read, members = {}) {
  const press = async ({ target }) => {
    await copy(read());
    target.textContent = "Copied";
    say(`${words} copied`);
    setTimeout(() => (target.textContent = `Copy ${words}`), 1500);
  };
  return button(`Copy ${words}`, press, members);
}
