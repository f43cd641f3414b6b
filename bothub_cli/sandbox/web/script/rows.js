/* The list on the left: every phone, or every message, a page at a time. */

const ROWS = 50; // messages on one page of "Everything"
const IS_NUMBER = /^\+[1-9]\d{3,14}$/;
let pages = []; // where each page after the newest begins: the sequence number before which its messages came
let newestSequence = 0;

async function refreshRows() {
  const words = find("words").value.trim();
  find("show-phones").toggleAttribute("aria-current", !shown.everything);
  find("show-everything").toggleAttribute("aria-current", shown.everything);
  find("conditions").hidden = !shown.everything;
  await Promise.all([shown.everything ? listEverything(words) : listPhones(words), listRefused()]);
}

/* Calls that were refused left no message: each says why, above what arrived. */
async function listRefused() {
  find("refused").hidden = !shown.everything;
  if (!shown.everything) return;
  const { calls } = await ask("view/refused");
  find("refused").hidden = !calls.length;
  const count = calls.length === 50 ? "50 or more" : calls.length;
  find("refused-count").textContent = `${count} refused ${calls.length === 1 ? "call" : "calls"}`;
  keep(find("refused-calls"), calls, { key: (call) => String(call.number), build: buildRefusedCall });
}

function buildRefusedCall(call) {
  return make(
    "li",
    {},
    make("strong", { textContent: `${call.status} ${call.method}` }),
    make("span", { className: "when", textContent: clock(call.at) }),
    make("code", { textContent: call.path }),
    make("span", { className: "gist", dir: "auto", textContent: call.reason || "no reason" }),
  );
}

async function listPhones(words) {
  const { phones, count, total } = await ask(`view/phones${query({ text: words })}`);
  chooseFirst(phones[0]);
  const isNew = IS_NUMBER.test(words) && !phones.some((phone) => phone.number === words);
  const opening = isNew ? [{ number: words, opens: true }] : [];
  keep(find("rows"), [...opening, ...phones], { key: (phone) => phone.number, build: buildPhoneRow });
  mark(find("rows"), (row) => row.dataset.key === shown.number);
  tellEmpty(phones.length + opening.length, words ? "No phone matches." : "No phone got a message yet.");
  find("older").hidden = find("newer").hidden = true;
  tellCount(total, `${count.toLocaleString()} ${count === 1 ? "phone" : "phones"}`);
  announce(phones[0]?.last);
}

async function listEverything(words) {
  const conditions = { text: words, direction: find("direction").value, status: find("status").value };
  const page = { before: pages.at(-1), limit: ROWS };
  const { messages, total } = await ask(`view/messages${query({ ...conditions, ...page })}`);
  chooseFirst(messages[0]);
  keep(find("rows"), messages, { key: (message) => message.msg_id, build: buildMessageRow });
  mark(find("rows"), (row) => row.dataset.key === shown.msgId);
  const isFiltered = Object.values(conditions).some(Boolean);
  tellEmpty(messages.length, isFiltered || pages.length ? "Nothing matches." : "Nothing arrived yet.");
  find("older").hidden = messages.length < ROWS;
  find("newer").hidden = !pages.length;
  tellCount(total, `${messages.length.toLocaleString()} shown`);
  announce(messages[0]);
}

function chooseFirst(entry) {
  if (entry && !shown.number && !shown.msgId) choosePhone(entry.number);
}

function buildPhoneRow(phone) {
  const href = `/${phonePath(phone.number)}`;
  const number = make("strong", { textContent: phone.number });
  if (phone.opens) return row(href, number, make("span", { className: "gist", textContent: "open this phone" }));
  const signs = [
    !phone.is_online && "off",
    !phone.is_rcs && "no RCS",
    phone.system === "ios" && "iPhone",
    phone.is_anonymous && "hidden",
    phone.has_stopped && "STOP",
    phone.count.toLocaleString(),
  ];
  return row(
    href,
    number,
    make("span", { className: "when", textContent: clock(phone.last.received_at) }),
    make("span", { className: "gist", dir: "auto", textContent: phone.last.summary || phone.last.kind }),
    make("span", { className: "state", textContent: signs.filter(Boolean).join(" · ") }),
    phone.meaning && make("span", { className: "meaning", textContent: phone.meaning }),
  );
}

function buildMessageRow(message) {
  const isToPhone = message.direction === "to_phone";
  const arrow = make("span", { textContent: isToPhone ? "→ " : "← ", ariaHidden: "true" });
  const spoken = make("span", { className: "for-readers", textContent: isToPhone ? "to " : "from " });
  return row(
    `/${messagePath(message.msg_id)}`,
    make("strong", {}, arrow, spoken, message.number),
    make("span", { className: "when", textContent: clock(message.received_at) }),
    make("span", { className: "gist", dir: "auto", textContent: message.summary || message.kind }),
    make("span", { className: "state", textContent: `${message.kind} · ${message.status}` }),
  );
}

const row = (href, ...parts) => make("li", {}, make("a", { className: "row", href }, ...parts));

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

function listenToRows() {
  const restart = () => {
    pages = [];
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
    if (IS_NUMBER.test(number)) go(`/${phonePath(number)}`);
  });
  find("older").onclick = () => turnPage([...pages, find("rows").lastElementChild.keptItem.sequence]);
  find("newer").onclick = () => turnPage(pages.slice(0, -1));
}

async function turnPage(next) {
  pages = next;
  await refresh();
  find("rows").closest(".pane").scrollTop = 0;
  find("rows").querySelector("a")?.focus();
}
