/* What is known of the chosen message: its request, what the check says, what the phone cuts, its webhooks. */

const TEXT_MAX = 20000; // characters of a body shown at first
const MOVES = ["pending", "sent", "delivered", "displayed"];
const nothingChosen = find("inspector").firstElementChild;
let inspected = null; // the state that is drawn

function forgetInspector() {
  inspected = null;
  if (find("inspector").firstElementChild !== nothingChosen) find("inspector").replaceChildren(nothingChosen);
}

async function refreshInspector() {
  const msgId = shown.msgId;
  try {
    const message = await ask(`view/${messagePath(msgId)}${query(screenQuery())}`);
    if (msgId !== shown.msgId) return;
    choosePhone(message.number);
    shown.sequence = message.sequence;
    const state = JSON.stringify([message, sandboxFacts]);
    if (state !== inspected) drawInspector(message);
    inspected = state;
  } catch (problem) {
    if (!(problem instanceof Refusal)) throw problem;
    inspected = null;
    const words = "This message is not here (any more). The list on the left has those that are.";
    find("inspector").replaceChildren(make("p", { className: "empty", textContent: words }));
  }
}

function drawInspector(message) {
  const inspector = find("inspector");
  const focused = inspector.contains(document.activeElement) && document.activeElement.dataset.name;
  const open = new Set([...inspector.querySelectorAll("details[open]")].map((details) => details.dataset.name));
  const isToPhone = message.direction === "to_phone";
  const where = `${message.kind} ${isToPhone ? "to" : "from"} ${message.number} · bot ${message.bot_id}`;
  inspector.replaceChildren(
    make("h2", { dir: "auto", textContent: message.summary || message.kind }),
    make("p", { className: "where", textContent: where }),
    small(message.msg_id),
    ...(message.copies ? [copyButtons(message.copies)] : []),
    part("Status", ...statusHistory(message), ...(isToPhone ? moves(message) : [])),
    ...(isToPhone ? [part("What this phone cuts", losses(message)), part("What the check says", findings(message))] : []),
    part("Webhook deliveries", ...deliveries(message)),
    part(message.request ? "Request" : "Event", ...rawRequest(message)),
  );
  for (const details of inspector.querySelectorAll("details")) details.open = open.has(details.dataset.name);
  if (focused) inspector.querySelector(`[data-name="${CSS.escape(focused)}"]`)?.focus();
}

const part = (title, ...content) => make("section", {}, make("h3", { textContent: title }), ...content);

function copyButtons(copies) {
  const names = { command: "bothub command", curl: "curl", json: "JSON" };
  return make("p", { className: "buttons" }, ...Object.entries(names).map(([name, words]) =>
    copyButton(words, () => copies[name], { dataset: { name: `copy-${name}` } })));
}

function statusHistory({ history: steps }) {
  const start = new Date(steps[0].at);
  return [make("ol", {}, ...steps.map((step, index) => {
    const later = index ? ` (+${((new Date(step.at) - start) / 1000).toFixed(2)} s)` : "";
    const tone = step.status === "failed" ? "bad" : "";
    return make("li", {}, make("b", { className: tone, textContent: step.status }), ` ${clock(step.at, true)}${later}`);
  }))];
}

function moves(message) {
  const place = MOVES.indexOf(message.status);
  if (place < 0 || message.status === "displayed") return [];
  const path = `${messagePath(message.msg_id)}/status`;
  const move = (status) => button(status, () => attempt(() => ask(path, { method: "POST", body: { status } })), {
    dataset: { name: `move-${status}` },
    ariaLabel: `Move to ${status}`,
  });
  return [make("p", { className: "buttons" }, "Move it to", ...[...MOVES.slice(place + 1), "failed"].map(move))];
}

function losses(message) {
  if (!message.losses.length) return small("Nothing, by estimate.");
  return make("ul", { className: "losses" }, ...message.losses.map((loss) => make("li", { textContent: loss })));
}

function findings(message) {
  if (!message.findings.length) return small("No error, no warning.");
  return make("ul", { className: "findings" }, ...message.findings.map((finding) => make("li", { className: finding.severity },
    make("b", { textContent: finding.severity }),
    ` ${finding.message}`,
    small(`${finding.pointer || "/"} · ${finding.rule}`),
    (finding.limit || finding.actual) && small(`limit ${finding.limit ?? "–"}, found ${finding.actual ?? "–"}`),
    finding.fix && small(`fix: ${finding.fix}`),
    small(`source: ${finding.source}`),
  )));
}

function deliveries(message) {
  const { url } = sandboxFacts.webhooks.find(({ bot_id: botId }) => botId === message.bot_id) ?? {};
  const isUnheard = message.deliveries.some(({ attempts }) => attempts.at(-1)?.problem);
  return [
    small(url ? `Events go to ${url}` : "This bot has no webhook: nobody hears what happens here."),
    message.deliveries.length ? make("ul", { className: "deliveries" }, ...message.deliveries.map(delivery)) : null,
    url && !isUnheard ? null : listenerHint(url),
  ];
}

function delivery({ delivery_id: name, event, state, attempts }) {
  const tone = { delivered: "good", "given up": "bad" }[state] ?? "";
  const kind = [event.event, event.RCSMessage?.status].filter(Boolean).join(" ");
  return make("li", {},
    make("b", { textContent: kind }), " ", make("span", { className: tone, textContent: state }),
    make("table", {}, make("tbody", {}, ...attempts.map(attemptRow))),
    make("details", { dataset: { name } }, make("summary", { textContent: "event" }), long(JSON.stringify(event, null, 2))),
  );
}

function attemptRow({ at, status, problem, elapsed }) {
  return make("tr", {},
    make("td", { textContent: clock(at, true) }),
    make("td", { className: status >= 200 && status < 300 ? "good" : "bad", textContent: status ?? problem }),
    make("td", { textContent: `${Math.round(elapsed * 1000)} ms` }),
  );
}

function rawRequest({ request, payload }) {
  if (!request) return [long(JSON.stringify(payload, null, 2))];
  const headers = Object.entries(request.headers).flatMap(([name, value]) =>
    [make("dt", { textContent: name }), make("dd", { textContent: value })]);
  const summary = make("summary", { textContent: "headers, secrets masked" });
  return [
    make("p", {}, make("b", { textContent: request.method }), ` ${request.path}`),
    make("details", { dataset: { name: "headers" } }, summary, make("dl", {}, ...headers)),
    long(indent(request.body)),
  ];
}

function indent(body) {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body; // a body that is no JSON is shown as it came
  }
}

function long(text) {
  const pre = make("pre", { tabIndex: 0, ariaLabel: "raw text", role: "group", textContent: unhide(text.slice(0, TEXT_MAX)) });
  if (text.length <= TEXT_MAX) return pre;
  const whole = button(`show all ${text.length.toLocaleString()} characters`, () => {
    pre.textContent = unhide(text);
    whole.remove();
    pre.focus();
  });
  return make("div", {}, pre, whole);
}

/* Signs that would turn a line round, or that nobody sees, as JSON's escapes. */
const unhide = (text) => text.replace(/[\u061c\u200b\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g,
  (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`);
