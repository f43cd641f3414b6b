/* The page with the phones. Texts from outside become DOM by textContent alone; the one exception is `draw`, which
   takes the escaped fragments that the server drew. The address says what is shown; the feed says when to look again. */
"use strict";

const API = "/sandbox/api/";
const PAGE_LENGTH = 50; // rows of "Everything" fetched at once
const TURNS_MAX = 300; // messages of a phone kept on the page
const REFRESH_PAUSE = 150; // ms: a burst of messages is drawn a few times a second, not once a message
const TEXT_MAX = 20000; // characters of a body shown at first
const find = (id) => document.getElementById(id);
const drawing = window.trustedTypes
  ? window.trustedTypes.createPolicy("drawing", { createHTML: (fragment) => fragment })
  : { createHTML: (fragment) => fragment };

const shown = { everything: false, number: null, msgId: null };
let rowsWanted = PAGE_LENGTH;
let turns = new Map(); // sequence -> message, of the phone that is shown
let newestSequence = 0;
let followsEnd = true; // whether the thread shows its newest message

/* ---- the server ---------------------------------------------------------------------------------------------- */

class Refusal extends Error {}

async function ask(path, { method = "GET", body, signal } = {}) {
  const headers = { accept: "application/json" };
  const token = sessionStorage.getItem("token");
  if (token) headers.authorization = `Bearer ${token}`;
  if (body !== undefined) headers["content-type"] = "application/json";
  const answer = await fetch(API + path, { method, headers, signal, body: body && JSON.stringify(body) });
  if (answer.status === 401) {
    await askForToken();
    return ask(path, { method, body, signal });
  }
  const result = answer.status === 204 ? null : await answer.json();
  if (!answer.ok) throw new Refusal(result.error);
  return result;
}

let tokenAsked = null;
function askForToken() {
  tokenAsked ??= new Promise((resolve) => {
    const dialog = find("token");
    dialog.addEventListener("cancel", (event) => event.preventDefault());
    onSubmit(dialog.querySelector("form"), (fields) => {
      sessionStorage.setItem("token", fields.token);
      dialog.close();
      tokenAsked = null;
      resolve();
    });
    dialog.showModal();
  });
  return tokenAsked;
}

function query(members) {
  const given = Object.entries(members).filter(([, value]) => value !== "" && value != null);
  return given.length ? `?${new URLSearchParams(given)}` : "";
}

const phonePath = (number) => `phones/${encodeURIComponent(number)}`;

/* ---- building DOM ---------------------------------------------------------------------------------------------- */

function make(name, members = {}, ...children) {
  const { dataset, ...rest } = members;
  const element = Object.assign(document.createElement(name), rest);
  Object.assign(element.dataset, dataset);
  element.append(...children.filter((child) => child != null));
  return element;
}

/* Keep one child for each item, in order; a child whose item did not change stays as it is, with its focus. */
function keep(list, items, { key, build }) {
  const old = new Map([...list.children].map((child) => [child.dataset.key, child]));
  let place = list.firstElementChild;
  for (const item of items) {
    const name = String(key(item));
    const state = JSON.stringify(item);
    let child = old.get(name);
    old.delete(name);
    if (child?.keptState !== state) {
      const fresh = build(item, child);
      fresh.dataset.key = name;
      fresh.keptState = state;
      if (child && child !== fresh) {
        const focused = child.contains(document.activeElement);
        if (place === child) place = fresh;
        child.replaceWith(fresh);
        if (focused) fresh.querySelector("a, button")?.focus();
      }
      child = fresh;
    }
    if (child === place) place = place.nextElementSibling;
    else list.insertBefore(child, place);
  }
  for (const child of old.values()) child.remove();
}

function clock(time, withSeconds = false) {
  const parts = { hour: "2-digit", minute: "2-digit", ...(withSeconds && { second: "2-digit", fractionalSecondDigits: 3 }) };
  return new Date(time).toLocaleTimeString([], { hour12: false, ...parts });
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

function tellOnPhone(text) {
  find("sheet").hidden = !text;
  find("sheet").firstElementChild.textContent = text;
}

async function attempt(work) {
  try {
    await work();
  } catch (problem) {
    if (!(problem instanceof Refusal)) throw problem;
    tellOnPhone(problem.message);
    say(problem.message);
  }
}

/* ---- where we are ------------------------------------------------------------------------------------------------ */

function readAddress() {
  const [, kind, name] = location.pathname.split("/").map(decodeURIComponent);
  if (kind === "everything") shown.everything = true;
  if (!kind) shown.everything = false;
  shown.msgId = kind === "messages" ? name : null;
  if (kind === "phones") choosePhone(name);
}

function choosePhone(number) {
  if (number === shown.number) return;
  shown.number = number;
  turns = new Map();
  find("turns").replaceChildren();
  followsEnd = true;
  tellOnPhone("");
  setTyping(false);
}

function go(path) {
  if (path !== location.pathname) history.pushState(null, "", path);
  readAddress();
  refresh();
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[href^='/']");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  event.preventDefault();
  go(link.pathname);
});
addEventListener("popstate", () => {
  readAddress();
  refresh();
});

/* ---- refreshing: one round at a time, and another one when something came meanwhile ------------------------------ */

let running = false;
let wanted = false;
async function refresh() {
  wanted = true;
  if (running) return;
  running = true;
  try {
    while (wanted) {
      wanted = false;
      await refreshOnce();
    }
  } finally {
    running = false;
  }
}

async function refreshOnce() {
  if (shown.msgId) await refreshInspector();
  else forgetInspector();
  await refreshRows();
  const nobody = !shown.number;
  find("welcome").hidden = !nobody;
  find("device").hidden = find("state").hidden = nobody; // before drawing: what is hidden cannot be scrolled
  if (!nobody) await attempt(() => refreshPhone()); // the address may name what is no number
}

async function watch() {
  let sequence = null;
  for (;;) {
    try {
      const changes = await ask(`view/changes${query({ after: sequence })}`);
      setLive(true);
      const isNews = sequence === null || changes.sequence !== sequence;
      sequence = changes.sequence;
      if (changes.kinds?.includes("reset")) forgetEverything();
      if (isNews) await refresh();
      await pause(document.hidden ? 1000 : REFRESH_PAUSE);
    } catch (problem) {
      if (problem instanceof Refusal) throw problem;
      setLive(false); // the sandbox was stopped; it may come back at the same address
      await pause(1000);
    }
  }
}

const pause = (duration) => new Promise((resolve) => setTimeout(resolve, duration));

function setLive(isOn) {
  find("live").className = `live ${isOn ? "on" : "off"}`;
  const words = isOn ? "live" : "the sandbox does not answer";
  if (find("live").lastElementChild.textContent !== words) find("live").lastElementChild.textContent = words;
}

function forgetEverything() {
  turns = new Map();
  find("turns").replaceChildren();
  if (shown.msgId) history.replaceState(null, "", "/");
  shown.msgId = shown.number = null;
  newestSequence = 0;
}

/* ---- the list on the left ------------------------------------------------------------------------------------------ */

async function refreshRows() {
  const words = find("words").value.trim();
  find("show-phones").toggleAttribute("aria-current", !shown.everything);
  find("show-everything").toggleAttribute("aria-current", shown.everything);
  find("conditions").hidden = !shown.everything;
  await (shown.everything ? listEverything(words) : listPhones(words));
}

async function listPhones(words) {
  const { phones, count, total } = await ask(`view/phones${query({ text: words })}`);
  if (!shown.number && !shown.msgId && phones.length) choosePhone(phones[0].number);
  const isNumber = /^\+[1-9]\d{3,14}$/.test(words) && !phones.some((phone) => phone.number === words);
  const opening = isNumber ? [{ number: words, opens: true }] : [];
  keep(find("rows"), [...opening, ...phones], { key: (phone) => phone.number, build: buildPhoneRow });
  mark(find("rows"), (row) => row.dataset.key === shown.number);
  tellEmpty(phones.length + opening.length, words ? "No phone matches." : "No phone got a message yet.");
  find("older").hidden = true;
  tellCount(total, `${count.toLocaleString()} ${count === 1 ? "phone" : "phones"}`);
  announce(phones[0]?.last);
}

async function listEverything(words) {
  const conditions = { text: words, direction: find("direction").value, status: find("status").value };
  const { messages, total } = await ask(`view/messages${query({ ...conditions, limit: rowsWanted })}`);
  keep(find("rows"), messages, { key: (message) => message.msg_id, build: buildMessageRow });
  mark(find("rows"), (row) => row.dataset.key === shown.msgId);
  tellEmpty(messages.length, words ? "Nothing matches." : "Nothing arrived yet.");
  find("older").hidden = messages.length < rowsWanted;
  tellCount(total, `${messages.length.toLocaleString()} shown`);
  announce(messages[0]);
}

function buildPhoneRow(phone) {
  if (phone.opens) {
    const words = make("span", { className: "gist", textContent: "open this phone" });
    return row(`/phones/${encodeURIComponent(phone.number)}`, make("strong", { textContent: phone.number }), words);
  }
  const signs = [!phone.is_online && "off", !phone.is_rcs && "no RCS", phone.system === "ios" && "iPhone", phone.has_stopped && "STOP"];
  return row(
    `/phones/${encodeURIComponent(phone.number)}`,
    make("strong", { textContent: phone.number }),
    make("span", { className: "when", textContent: clock(phone.last.received_at) }),
    make("span", { className: "gist", dir: "auto", textContent: phone.last.summary || phone.last.kind }),
    make("span", { className: "state", textContent: [...signs.filter(Boolean), phone.count.toLocaleString()].join(" · ") }),
    phone.meaning && make("span", { className: "meaning", textContent: phone.meaning }),
  );
}

function buildMessageRow(message) {
  const arrow = message.direction === "to_phone" ? "→" : "←";
  const spoken = message.direction === "to_phone" ? "to" : "from";
  const number = make("strong", {}, make("span", { textContent: `${arrow} `, ariaHidden: "true" }),
    make("span", { className: "for-readers", textContent: `${spoken} ` }), message.number);
  return row(
    `/messages/${encodeURIComponent(message.msg_id)}`,
    number,
    make("span", { className: "when", textContent: clock(message.received_at) }),
    make("span", { className: "gist", dir: "auto", textContent: message.summary || message.kind }),
    make("span", { className: "state", textContent: `${message.kind} · ${message.status}` }),
  );
}

const row = (href, ...parts) => make("li", {}, make("a", { className: "row", href }, ...parts));

function mark(list, isChosen) {
  for (const child of list.children) {
    const target = child.querySelector(":scope > a") ?? child;
    if (isChosen(child)) target.setAttribute("aria-current", "true");
    else target.removeAttribute("aria-current");
  }
}

function tellEmpty(count, words) {
  find("no-rows").hidden = count > 0;
  find("no-rows").textContent = words;
}

function tellCount(total, rest) {
  find("count").textContent = `${total.toLocaleString()} ${total === 1 ? "message" : "messages"}, ${rest}`;
}

function announce(message) {
  if (!message || message.sequence <= newestSequence) return;
  const who = message.direction === "to_phone" ? `To ${message.number}` : `From ${message.number}`;
  if (newestSequence) say(`${who}: ${message.summary || message.kind}`);
  newestSequence = message.sequence;
}

/* ---- the phone ------------------------------------------------------------------------------------------------------ */

const LOOKS = { phone: "classic", colours: "light", font: "1", width: "412" };

function looks() {
  return Object.fromEntries(Object.keys(LOOKS).map((name) => [name, find(`look-${name}`).value]));
}

const screenQuery = () => ({ phone: looks().phone, width: looks().width, font_scale: looks().font });

function applyLooks() {
  const { colours, font, width } = looks();
  const device = find("device");
  device.classList.toggle("dark", colours === "dark");
  device.classList.toggle("light", colours === "light");
  const sizes = {
    "--phone-width": `${width}px`,
    "--phone-card": `${Math.min(width - 16, 480)}px`, // RCC.71: the screen less its margins, at most 480
    "--phone-line": `${Math.round(24 * font)}px`,
    "--phone-font": font,
  };
  for (const [name, value] of Object.entries(sizes)) device.style.setProperty(name, value);
}

async function refreshPhone(before = "") {
  const number = shown.number;
  const answer = await ask(`view/${phonePath(number)}${query({ ...screenQuery(), before })}`);
  if (number !== shown.number) return;
  for (const message of answer.messages) turns.set(message.sequence, message);
  if (before || turns.size <= answer.messages.length) find("earlier").hidden = !answer.has_earlier;
  drawPhone(answer);
}

function drawPhone({ phone, meaning, bot_is_typing: isTyping }) {
  const ordered = [...turns.values()].sort((one, other) => one.sequence - other.sequence).slice(-TURNS_MAX);
  turns = new Map(ordered.map((message) => [message.sequence, message]));
  const toPhone = ordered.findLast((message) => message.direction === "to_phone");
  find("bot-name").textContent = (toPhone ?? ordered.at(-1))?.bot_id ?? "your bot";
  find("phone-number").textContent = phone.is_anonymous ? `${phone.number}, hidden as ${phone.chat_id}` : phone.number;
  keep(find("turns"), ordered, { key: (message) => message.sequence, build: buildTurn });
  mark(find("turns"), (turn) => turn.dataset.msgId === shown.msgId);
  find("dots").hidden = !isTyping;
  find("is-online").checked = phone.is_online;
  find("is-rcs").checked = phone.is_rcs;
  find("is-ios").checked = phone.system === "ios";
  find("meaning").textContent = [meaning, phone.has_stopped && "the user said STOP"].filter(Boolean).join("; ");
  followEnd();
  if (shown.msgId && shown.msgId !== drawPhone.shownMessage) {
    find("turns").querySelector("[aria-current]")?.scrollIntoView({ block: "nearest" });
    drawPhone.shownMessage = shown.msgId;
  }
}

function buildTurn(message, before) {
  const turn = before ?? make("li", { className: `turn ${message.direction}`, dataset: { msgId: message.msg_id } });
  const content = JSON.stringify([message.html, message.summary]);
  if (turn.drawnContent !== content) {
    turn.replaceChildren(drawContent(message), make("p", { className: "facts" }));
    turn.drawnContent = content;
  }
  const link = make("a", { href: `/messages/${encodeURIComponent(message.msg_id)}`, textContent: "details" });
  link.append(make("span", { className: "for-readers", textContent: ` of the message of ${clock(message.received_at)}` }));
  const facts = turn.lastElementChild;
  const hadFocus = facts.contains(document.activeElement);
  facts.replaceChildren(`${clock(message.received_at)} · ${message.direction === "to_phone" ? message.status : "sent by the user"} · `, link);
  if (hadFocus) link.focus();
  return turn;
}

function drawContent(message) {
  if (message.html) {
    const place = make("div");
    place.innerHTML = drawing.createHTML(message.html);
    return place;
  }
  if (message.direction === "to_phone") return make("p", { className: "note", textContent: `cannot be drawn: ${message.kind}` });
  if (message.kind === "text") return make("p", { className: "mine", dir: "auto", textContent: message.text });
  const words = { tap: `tapped “${message.summary}”`, alias: "hid the number", "phone facts": `told: ${message.summary}` };
  return make("p", { className: message.kind === "tap" ? "mine" : "note", textContent: words[message.kind] ?? message.summary });
}

/* The newest message stays in full view until the user scrolls away from it, also when the thread becomes lower. */
function followEnd() {
  if (followsEnd) find("thread").scrollTop = find("thread").scrollHeight;
}

function listenToThread() {
  const thread = find("thread");
  thread.onscroll = () => (followsEnd = thread.scrollHeight - thread.scrollTop - thread.clientHeight < 40);
  const sizes = new ResizeObserver(followEnd);
  for (const element of [thread, find("turns")]) sizes.observe(element);
}

async function act(action, members = {}) {
  await attempt(async () => {
    const body = { action, ...members };
    const answer = await ask(`${phonePath(shown.number)}/actions`, { method: "POST", body });
    tellOnPhone(answer.effect ? `The phone ${answer.effect}. (Only told here, not done.)` : "");
    if (action !== "typing") setTyping(false);
    await refresh();
  });
}

function setTyping(isActive) {
  find("typing").setAttribute("aria-pressed", String(isActive));
}

find("turns").addEventListener("click", (event) => {
  const button = event.target.closest("button.rcs-button, button.rcs-chip");
  if (!button) return;
  const place = Object.fromEntries(Object.entries(button.dataset).map(([name, value]) => [name, Number(value)]));
  act("tap", { msg_id: button.closest(".turn").dataset.msgId, ...place });
});

function listenToPhone() {
  onSubmit(find("composer"), () => {
    const text = find("said").value;
    if (!text) return;
    find("said").value = "";
    act("text", { text });
  });
  for (const button of document.querySelectorAll("[data-act]")) button.onclick = () => act(button.dataset.act);
  find("typing").onclick = () => {
    const active = find("typing").getAttribute("aria-pressed") !== "true";
    setTyping(active);
    act("typing", { active });
  };
  find("close-sheet").onclick = () => tellOnPhone("");
  find("earlier").onclick = () => refreshPhone(Math.min(...turns.keys()));
  const changes = { "is-online": "is_online", "is-rcs": "is_rcs" };
  for (const [id, name] of Object.entries(changes)) {
    find(id).onchange = () => changePhone({ [name]: find(id).checked });
  }
  find("is-ios").onchange = () => changePhone({ system: find("is-ios").checked ? "ios" : "android" });
  openBy("open-picture", "picture", ({ url, name, type, size }) =>
    act("file", { url, ...(name && { name }), ...(type && { type }), ...(size && { size: Number(size) }) }));
  openBy("open-place", "place", ({ latitude, longitude, label }) =>
    act("location", { latitude: Number(latitude), longitude: Number(longitude), ...(label && { label }) }));
}

const changePhone = (body) => attempt(() => ask(phonePath(shown.number), { method: "PATCH", body }));

function openBy(buttonId, dialogId, send) {
  const dialog = find(dialogId);
  find(buttonId).onclick = () => dialog.showModal();
  onSubmit(dialog.querySelector("form"), (fields) => {
    dialog.close();
    send(fields);
  });
}

function listenToLooks() {
  for (const name of Object.keys(LOOKS)) {
    const select = find(`look-${name}`);
    const preferred = name === "colours" && matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : LOOKS[name];
    select.value = localStorage.getItem(`look-${name}`) ?? preferred;
    if (!select.value) select.value = LOOKS[name];
    select.onchange = () => {
      localStorage.setItem(`look-${name}`, select.value);
      applyLooks();
      if (name === "colours") return;
      turns = new Map();
      refresh();
    };
  }
  find("looks").onsubmit = (event) => event.preventDefault();
  applyLooks();
}

/* ---- the inspector --------------------------------------------------------------------------------------------------- */

const nothingChosen = find("inspector").firstElementChild;

function forgetInspector() {
  if (find("inspector").firstElementChild !== nothingChosen) find("inspector").replaceChildren(nothingChosen);
}

async function refreshInspector() {
  const msgId = shown.msgId;
  let message;
  try {
    message = await ask(`view/messages/${encodeURIComponent(msgId)}${query(screenQuery())}`);
  } catch (problem) {
    if (!(problem instanceof Refusal)) throw problem;
    find("inspector").replaceChildren(make("p", { className: "empty", textContent: "This message is not here (any more)." }));
    return;
  }
  if (msgId !== shown.msgId) return;
  choosePhone(message.number);
  const state = JSON.stringify(message);
  if (find("inspector").keptState === state && find("inspector").firstElementChild !== nothingChosen) return;
  find("inspector").keptState = state;
  drawInspector(message);
}

function drawInspector(message) {
  const inspector = find("inspector");
  const focused = inspector.contains(document.activeElement) && document.activeElement.dataset.name;
  const open = new Set([...inspector.querySelectorAll("details[open]")].map((details) => details.dataset.name));
  const isToPhone = message.direction === "to_phone";
  inspector.replaceChildren(
    make("h2", { dir: "auto", textContent: message.summary || message.kind }),
    make("p", { className: "where", textContent: `${message.kind} ${isToPhone ? "to" : "from"} ${message.number} · bot ${message.bot_id}` }),
    make("p", { className: "small", textContent: message.msg_id }),
    ...(message.copies ? [copyButtons(message)] : []),
    part("Status", history_(message), ...(isToPhone ? [moveButtons(message)] : [])),
    ...(isToPhone ? [part("What this phone cuts", losses(message)), part("What the check says", findings(message))] : []),
    part("Webhook deliveries", deliveries(message)),
    part(message.request ? "Request" : "Event", ...rawRequest(message)),
  );
  for (const details of inspector.querySelectorAll("details")) details.open = open.has(details.dataset.name);
  if (focused) inspector.querySelector(`[data-name="${CSS.escape(focused)}"]`)?.focus();
}

const part = (title, ...content) => make("section", {}, make("h3", { textContent: title }), ...content);
const small = (textContent) => make("p", { className: "small", textContent });

function history_({ history: steps }) {
  const start = new Date(steps[0].at);
  return make("ol", {}, ...steps.map((step, index) => {
    const later = index ? ` (+${((new Date(step.at) - start) / 1000).toFixed(2)} s)` : "";
    const tone = step.status === "failed" ? "bad" : "";
    return make("li", {}, make("b", { className: tone, textContent: step.status }), ` ${clock(step.at, true)}${later}`);
  }));
}

function moveButtons(message) {
  const order = ["pending", "sent", "delivered", "displayed"];
  const place = order.indexOf(message.status);
  const next = place < 0 || message.status === "displayed" ? [] : [...order.slice(place + 1), "failed"];
  return make("p", { className: "buttons" }, ...next.map((status) => make("button", {
    type: "button",
    textContent: status,
    dataset: { name: `move-${status}` },
    ariaLabel: `Move to ${status}`,
    onclick: () => attempt(() => ask(`messages/${encodeURIComponent(message.msg_id)}/status`, { method: "POST", body: { status } })),
  })));
}

function losses(message) {
  if (!message.losses.length) return small("Nothing, by estimate.");
  return make("ul", { className: "losses" }, ...message.losses.map((loss) => make("li", { textContent: loss })));
}

function findings(message) {
  if (!message.findings.length) return small("No error, no warning.");
  return make("ul", { className: "findings" }, ...message.findings.map((finding) => make("li", { className: finding.severity },
    make("b", { textContent: finding.severity }), ` ${finding.message}`,
    make("p", { className: "small", textContent: `${finding.pointer || "/"} · ${finding.rule}` }),
    (finding.limit || finding.actual) && small(`limit ${finding.limit ?? "–"}, found ${finding.actual ?? "–"}`),
    finding.fix && small(`fix: ${finding.fix}`),
    small(`source: ${finding.source}`),
  )));
}

function deliveries(message) {
  if (!message.deliveries.length) return small("None. Events go out when the bot has a webhook.");
  return make("ul", { className: "deliveries" }, ...message.deliveries.map((delivery) => {
    const tone = { delivered: "good", "given up": "bad" }[delivery.state] ?? "";
    const status = delivery.event.RCSMessage?.status ? ` ${delivery.event.RCSMessage.status}` : "";
    return make("li", {},
      make("b", { textContent: `${delivery.event.event}${status}` }), " ", make("span", { className: tone, textContent: delivery.state }),
      make("table", {}, make("tbody", {}, ...delivery.attempts.map((attempt) => make("tr", {},
        make("td", { textContent: clock(attempt.at, true) }),
        make("td", { className: attempt.status >= 200 && attempt.status < 300 ? "good" : "bad", textContent: attempt.status ?? attempt.problem }),
        make("td", { textContent: `${Math.round(attempt.elapsed * 1000)} ms` }),
      )))),
      make("details", { dataset: { name: delivery.delivery_id } }, make("summary", { textContent: "event" }), long(JSON.stringify(delivery.event, null, 2))),
    );
  }));
}

function rawRequest({ request, payload }) {
  if (!request) return [long(JSON.stringify(payload, null, 2))];
  const headers = Object.entries(request.headers).flatMap(([name, value]) => [make("dt", { textContent: name }), make("dd", { textContent: value })]);
  return [
    make("p", {}, make("b", { textContent: request.method }), ` ${request.path}`),
    make("details", { dataset: { name: "headers" } }, make("summary", { textContent: "headers, secrets masked" }), make("dl", {}, ...headers)),
    long(indent(request.body)),
  ];
}

function indent(body) {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}

function long(text) {
  const pre = make("pre", { tabIndex: 0, textContent: text.slice(0, TEXT_MAX) });
  if (text.length <= TEXT_MAX) return pre;
  const whole = make("button", { type: "button", textContent: `show all ${text.length.toLocaleString()} characters` });
  whole.onclick = () => {
    pre.textContent = text;
    whole.remove();
  };
  return make("div", {}, pre, whole);
}

function copyButtons(message) {
  const names = { command: "bothub command", curl: "curl", json: "JSON" };
  const buttons = Object.entries(names).map(([name, words]) => make("button", {
    type: "button",
    textContent: `Copy ${words}`,
    dataset: { name: `copy-${name}` },
    onclick: async (event) => {
      await copy(message.copies[name]);
      event.target.textContent = "Copied";
      say(`${words} copied`);
      setTimeout(() => (event.target.textContent = `Copy ${words}`), 1500);
    },
  }));
  return make("p", { className: "buttons" }, ...buttons);
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

/* ---- the sandbox itself ------------------------------------------------------------------------------------------------ */

async function openSandbox() {
  await attempt(async () => {
    await Promise.all([listFaults(), showClock(), showPace(), listWebhooks(), listNumbers()]);
    find("sandbox").showModal();
  });
}

async function listFaults() {
  const { faults, kinds, operations } = await ask("faults");
  const form = find("add-fault");
  for (const [name, choices] of Object.entries({ kind: kinds, operation: operations })) {
    if (!form.elements[name].length) form.elements[name].append(...choices.map((choice) => make("option", { textContent: choice })));
  }
  keep(find("faults"), faults, { key: (fault) => fault.rule_id, build: (fault) => make("li", {},
    make("code", { textContent: fault.kind }),
    ` on ${fault.operation ?? "any call"}${fault.number ? ` to ${fault.number}` : ""}, chance ${fault.probability}${fault.times == null ? "" : `, ${fault.times} times`}`,
    make("button", { type: "button", textContent: "Remove", ariaLabel: `Remove the fault ${fault.kind}`, onclick: async () => {
      await ask(`faults/${encodeURIComponent(fault.rule_id)}`, { method: "DELETE" });
      await listFaults();
    } }),
  ) });
  if (!faults.length) find("faults").replaceChildren(make("li", { textContent: "None: every call goes well." }));
}

async function showClock() {
  const { now } = await ask("clock");
  find("now").textContent = new Date(now).toLocaleString();
  find("now").dateTime = now;
}

async function showPace() {
  const settings = await ask("settings");
  const form = find("pace");
  form.elements.by_hand.checked = settings.sent_after === null;
  form.elements.no_limits.checked = settings.requests_per_second === null;
}

const DEFAULT_PACE = { sent_after: 0.1, delivered_after: 0.4, displayed_after: 2 }; // seconds, as in settings.py
const BY_HAND = { sent_after: null, delivered_after: null, displayed_after: null };
const DEFAULT_LIMITS = { requests_per_second: 25, token_requests_per_minute: 50 };
const NO_LIMITS = { requests_per_second: null, token_requests_per_minute: null };

async function listWebhooks() {
  const { webhooks } = await ask("webhooks");
  find("webhooks").replaceChildren(...webhooks.map((webhook) => {
    const form = make("form", { className: "line" },
      make("label", {}, webhook.bot_id, make("input", { name: "url", type: "url", size: 34, value: webhook.url ?? "", placeholder: "http://127.0.0.1:8809/webhook" })),
      make("label", {}, "Authorization", make("input", { name: "authorization", type: "password", autocomplete: "off", placeholder: webhook.authorization ?? "none" })),
      make("button", { type: "submit", textContent: "Save" }));
    onSubmit(form, ({ url, authorization }) => attempt(async () => {
      const path = `webhooks/${encodeURIComponent(webhook.bot_id)}`;
      if (url) await ask(path, { method: "PUT", body: { url, ...(authorization && { authorization }) } });
      else await ask(path, { method: "DELETE" });
      say("webhook saved");
      await listWebhooks();
    }));
    return form;
  }));
}

async function listNumbers() {
  const { numbers } = await ask("numbers");
  keep(find("numbers"), numbers, { key: ({ number }) => number, build: ({ number, meaning }) =>
    make("li", {}, make("code", { textContent: number }), ` ${meaning}`) });
}

function listenToSandbox() {
  find("open-sandbox").onclick = openSandbox;
  onSubmit(find("add-fault"), (fields) => attempt(async () => {
    const { kind, operation, number, probability, times } = fields;
    const body = { kind, operation, probability: Number(probability), ...(number && { number }), ...(times && { times: Number(times) }) };
    await ask("faults", { method: "POST", body });
    await listFaults();
  }));
  for (const button of document.querySelectorAll("[data-advance]")) {
    button.onclick = async () => {
      await ask("clock", { method: "POST", body: { advance: Number(button.dataset.advance) } });
      await showClock();
    };
  }
  const form = find("pace");
  form.elements.by_hand.onchange = ({ target }) => ask("settings", { method: "PATCH", body: target.checked ? BY_HAND : DEFAULT_PACE });
  form.elements.no_limits.onchange = ({ target }) => ask("settings", { method: "PATCH", body: target.checked ? NO_LIMITS : DEFAULT_LIMITS });
  find("reset").onclick = async () => {
    await ask("reset", { method: "POST" });
    find("sandbox").close();
  };
  for (const button of document.querySelectorAll("[data-close]")) button.onclick = () => button.closest("dialog").close();
}

/* ---- the filter, and keys ------------------------------------------------------------------------------------------------ */

function listenToFilter() {
  const restart = () => {
    rowsWanted = PAGE_LENGTH;
    refresh();
  };
  let waiting;
  find("words").oninput = () => {
    clearTimeout(waiting);
    waiting = setTimeout(restart, REFRESH_PAUSE);
  };
  find("direction").onchange = find("status").onchange = restart;
  onSubmit(find("filter"), () => {
    const number = find("words").value.trim();
    if (/^\+[1-9]\d{3,14}$/.test(number)) go(`/phones/${encodeURIComponent(number)}`);
  });
  find("older").onclick = () => {
    rowsWanted += PAGE_LENGTH;
    refresh();
  };
}

addEventListener("keydown", (event) => {
  const isWriting = event.target.matches("input, select, textarea");
  if (event.key === "/" && !isWriting) {
    event.preventDefault();
    find("words").focus();
  }
  const step = { ArrowDown: "nextElementSibling", ArrowUp: "previousElementSibling" }[event.key];
  const row = event.target.closest?.("#rows > li");
  if (step && row) {
    event.preventDefault();
    row[step]?.querySelector("a").focus();
  }
});

listenToLooks();
listenToPhone();
listenToThread();
listenToSandbox();
listenToFilter();
readAddress();
watch();
