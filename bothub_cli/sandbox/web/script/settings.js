/* The sandbox itself: faults, time, webhooks, numbers with a meaning; and how to begin. */

const LISTENER = "http://127.0.0.1:8809/webhook"; // where `bothub listen` listens when nobody says otherwise
const DEFAULT_PACE = { sent_after: 0.1, delivered_after: 0.4, displayed_after: 2 }; // seconds, as in settings.py
const BY_HAND = { sent_after: null, delivered_after: null, displayed_after: null };
const DEFAULT_LIMITS = { requests_per_second: 25, token_requests_per_minute: 50 };
const NO_LIMITS = { requests_per_second: null, token_requests_per_minute: null };

let sandboxFacts = { profile: "sandbox", webhooks: [] };

async function refreshFacts() {
  const [{ profile }, { webhooks }] = await Promise.all([ask("settings"), ask("webhooks")]);
  sandboxFacts = { profile, webhooks };
  const card = "--to +33612345678 --title 'Your order' --description 'It is on its way.' --reply Thanks=thanks_1";
  find("first-command").textContent = `bothub send-card ${wayHere()} ${card}`;
  const named = ["The profile ", code(profile), " leads to this sandbox, ", code(location.origin), "."];
  const nameless = ["It has no profile: name its address, and give the bot's credentials as to BotHub."];
  find("way-here").replaceChildren(...(profile ? named : nameless));
  const { url } = webhooks.find((webhook) => webhook.url) ?? {};
  find("first-listener").replaceChildren(listenerHint(url));
}

/* The option with which a command finds this sandbox. */
const wayHere = () => sandboxFacts.profile ? `-p ${sandboxFacts.profile}` : `--api-base ${location.origin}`;
const code = (textContent) => make("code", { textContent });

/* The next step of somebody whose events nobody hears. */
function listenerHint(url) {
  const command = code(sandboxFacts.profile ? `bothub listen -p ${sandboxFacts.profile}` : "bothub listen");
  if (url) return make("p", { className: "hint" }, `Events go to ${url}. Is somebody listening there? `, command);
  const useIt = button("Send the events to it", () => attempt(listenAtUsualPlace), { dataset: { name: "use-listener" } });
  return make("p", { className: "hint" }, "To hear them in a terminal: ", command, useIt);
}

async function listenAtUsualPlace() {
  await Promise.all(sandboxFacts.webhooks.map(({ bot_id: botId }) =>
    ask(webhookPath(botId), { method: "PUT", body: { url: LISTENER } })));
  await refreshFacts();
  say(`events go to ${LISTENER}`);
  refresh();
}

const webhookPath = (botId) => `webhooks/${encodeURIComponent(botId)}`;

const openSandbox = () => attempt(async () => {
  await Promise.all([listFaults(), showClock(), showPace(), listWebhooks(), listNumbers()]);
  find("sandbox").showModal();
});

async function listFaults() {
  const { faults, kinds, operations } = await ask("faults");
  const { kind, operation } = find("add-fault").elements;
  offer(kind, kinds);
  offer(operation, operations, "messages");
  keep(find("faults"), faults, { key: (fault) => fault.rule_id, build: buildFault });
  if (!faults.length) find("faults").replaceChildren(make("li", { textContent: "None: every call goes well." }));
}

function offer(select, choices, usual = choices[0]) {
  if (!select.length) select.append(...choices.map((name) => new Option(name, name, name === usual, name === usual)));
}

function buildFault(fault) {
  const times = fault.times == null ? "" : `, ${fault.times} times`;
  const where = `${fault.operation ?? "any call"}${fault.number ? ` to ${fault.number}` : ""}`;
  const remove = () => attempt(async () => {
    await ask(`faults/${encodeURIComponent(fault.rule_id)}`, { method: "DELETE" });
    await listFaults();
    find("add-fault").elements.kind.focus();
  });
  return make("li", {},
    make("code", { textContent: fault.kind }),
    ` on ${where}, chance ${fault.probability}${times}`,
    button("Remove", remove, { ariaLabel: `Remove the fault ${fault.kind}` }));
}

async function showClock() {
  const { now } = await ask("clock");
  find("now").textContent = new Date(now).toLocaleString([], { dateStyle: "medium", timeStyle: "medium", hour12: false });
  find("now").dateTime = now;
}

async function showPace() {
  const settings = await ask("settings");
  const { by_hand: byHand, no_limits: noLimits } = find("pace").elements;
  byHand.checked = settings.sent_after === null;
  noLimits.checked = settings.requests_per_second === null;
}

const changeSettings = (body) => attempt(() => ask("settings", { method: "PATCH", body }));

async function listWebhooks() {
  await refreshFacts();
  find("webhooks").replaceChildren(...sandboxFacts.webhooks.map(buildWebhook));
}

function buildWebhook({ bot_id: botId, url, authorization }) {
  const address = { name: "url", type: "url", size: 34, value: url ?? "", placeholder: LISTENER };
  const secret = { name: "authorization", type: "password", autocomplete: "off", placeholder: authorization ?? "none" };
  const form = make("form", { className: "line" },
    make("label", {}, botId, make("input", address)),
    make("label", {}, "Authorization", make("input", secret)),
    make("button", { type: "submit", textContent: "Save", ariaLabel: `Save the webhook of ${botId}` }));
  onSubmit(form, (fields) => attempt(() => saveWebhook(botId, fields)));
  return form;
}

async function saveWebhook(botId, { url, authorization }) {
  const body = { url, ...(authorization && { authorization }) };
  await (url ? ask(webhookPath(botId), { method: "PUT", body }) : ask(webhookPath(botId), { method: "DELETE" }));
  say("webhook saved");
  await listWebhooks();
}

async function listNumbers() {
  const { numbers } = await ask("numbers");
  const build = ({ number, meaning }) => make("li", {}, make("code", { textContent: number }), ` ${meaning}`);
  keep(find("numbers"), numbers, { key: ({ number }) => number, build });
}

function listenToSandbox() {
  find("open-sandbox").onclick = openSandbox;
  find("close-problem").onclick = () => tellProblem("");
  find("copy-first").replaceWith(copyButton("the command", () => find("first-command").textContent));
  onSubmit(find("add-fault"), ({ kind, operation, number, probability, times, delay }) => attempt(async () => {
    const narrowed = { ...(number && { number }), ...(times && { times: Number(times) }), ...(delay && { delay: Number(delay) }) };
    await ask("faults", { method: "POST", body: { kind, operation, probability: Number(probability), ...narrowed } });
    await listFaults();
    say(`fault ${kind} added`);
  }));
  for (const step of document.querySelectorAll("[data-advance]")) {
    step.onclick = () => attempt(async () => {
      await ask("clock", { method: "POST", body: { advance: Number(step.dataset.advance) } });
      await showClock();
    });
  }
  const { by_hand: byHand, no_limits: noLimits } = find("pace").elements;
  byHand.onchange = ({ target }) => changeSettings(target.checked ? BY_HAND : DEFAULT_PACE);
  noLimits.onchange = ({ target }) => changeSettings(target.checked ? NO_LIMITS : DEFAULT_LIMITS);
  find("reset").onclick = () => attempt(async () => {
    if (!confirm("Forget all messages, phones and faults of this sandbox?")) return;
    await ask("reset", { method: "POST" });
    find("sandbox").close();
  });
  for (const close of document.querySelectorAll("[data-close]")) close.onclick = () => close.closest("dialog").close();
}
