/* The talk with one phone: a window of at most TURNS_MAX messages, which follows the newest or stays where one reads. */

const TURNS_MAX = 200; // messages of a phone kept on the page
const TURNS_READ = 100; // the most that the sandbox gives at once

let talk = beginTalk();

function beginTalk() {
  return {
    turns: new Map(), // sequence -> message, oldest first
    hasEarlier: false,
    isAtEnd: true, // the newest message is among the turns
    followsEnd: true, // and stays in view
    isStale: false, // all turns have to be read anew
    revealed: null, // the chosen message that was scrolled to
  };
}

function startTalk() {
  talk = beginTalk();
  find("turns").replaceChildren();
}

const newestTurn = () => Math.max(...talk.turns.keys());

const askForTurns = (number, members = {}) => ask(`view/${phonePath(number)}${query({ ...screenQuery(), ...members })}`);

async function refreshPhone() {
  const [number, asked] = [shown.number, talk];
  if (talk.isStale) await rereadTurns(number);
  const newest = await askForTurns(number);
  if (talk !== asked) return;
  takeNewest(newest);
  const mustReveal = shown.msgId && talk.revealed !== shown.msgId;
  if (mustReveal && !talk.turns.has(shown.sequence)) await openAt(number, shown.sequence);
  if (talk !== asked) return;
  drawPhone(newest);
  drawTurns();
  if (mustReveal) reveal();
}

function takeNewest({ messages, has_earlier: hasEarlier }) {
  if (!talk.isAtEnd || !messages.length) return;
  const isApart = hasEarlier && messages[0].sequence > newestTurn(); // what came between was never read
  if (isApart && talk.turns.size && !talk.followsEnd) {
    talk.isAtEnd = false;
    return;
  }
  if (isApart) talk.turns.clear();
  if (!talk.turns.size) talk.hasEarlier = hasEarlier;
  addTurns(messages);
}

/* Too many turns: those go that are farther from where one reads. */
function addTurns(messages) {
  for (const message of messages) talk.turns.set(message.sequence, message);
  const ordered = [...talk.turns].sort(([one], [other]) => one - other);
  const isTooMuch = ordered.length > TURNS_MAX;
  if (isTooMuch && talk.followsEnd) talk.hasEarlier = true;
  if (isTooMuch && !talk.followsEnd) talk.isAtEnd = false;
  talk.turns = new Map(talk.followsEnd ? ordered.slice(-TURNS_MAX) : ordered.slice(0, TURNS_MAX));
}

async function openAt(number, sequence) {
  const { messages, has_earlier: hasEarlier } = await askForTurns(number, { before: sequence + 1 });
  talk.turns.clear();
  Object.assign(talk, { hasEarlier, isAtEnd: false, followsEnd: false });
  addTurns(messages);
}

async function rereadTurns(number) {
  const asked = talk;
  const fresh = [];
  let before = newestTurn() + 1;
  for (let hasMore = asked.turns.size > 0; hasMore && fresh.length < asked.turns.size; ) {
    const { messages, has_earlier: hasEarlier } = await askForTurns(number, { before, limit: TURNS_READ });
    fresh.unshift(...messages);
    before = messages[0]?.sequence;
    hasMore = hasEarlier;
  }
  asked.turns = new Map(fresh.map((message) => [message.sequence, message]));
  asked.isStale = false;
}

function takeStatuses(statuses) {
  if (!statuses) {
    talk.isStale = true;
    return;
  }
  for (const [sequence, turn] of talk.turns) {
    const status = statuses[turn.msg_id];
    if (status === "cancelled" || status === "revoked") talk.turns.delete(sequence);
    else if (status && status !== turn.status) talk.turns.set(sequence, { ...turn, status });
  }
}

let isReading = false;
async function showEarlier() {
  if (isReading || !talk.turns.size) return;
  isReading = true;
  const [number, asked] = [shown.number, talk];
  try {
    const before = Math.min(...talk.turns.keys());
    const { messages, has_earlier: hasEarlier } = await askForTurns(number, { before });
    if (talk !== asked) return;
    talk.followsEnd = false;
    talk.hasEarlier = hasEarlier;
    addTurns(messages);
    stayInPlace(drawTurns);
  } finally {
    isReading = false;
  }
}

async function showNewest() {
  if (!talk.isAtEnd) talk.turns.clear();
  Object.assign(talk, { isAtEnd: true, followsEnd: true });
  await refresh();
  followEnd();
  find("thread").focus();
}

function drawTurns() {
  keep(find("turns"), talk.turns.values(), { key: (message) => message.sequence, build: buildTurn });
  mark(find("turns"), (turn) => turn.dataset.msgId === shown.msgId);
  find("turns").classList.toggle("partial", !talk.isAtEnd);
  find("earlier").hidden = !talk.hasEarlier;
  followEnd();
}

function buildTurn(message, before) {
  const turn = before ?? make("li", { className: `turn ${message.direction}`, dataset: { msgId: message.msg_id } });
  const content = JSON.stringify([message.html, message.text, message.summary]);
  if (turn.drawnContent !== content) {
    turn.replaceChildren(drawContent(message), make("p", { className: "facts" }));
    turn.drawnContent = content;
  }
  tellFacts(turn.lastElementChild, message);
  return turn;
}

function tellFacts(place, message) {
  const time = clock(message.received_at);
  const spoken = make("span", { className: "for-readers", textContent: ` of the message of ${time}` });
  const link = make("a", { href: `/${messagePath(message.msg_id)}`, textContent: "details" }, spoken);
  const hadFocus = place.contains(document.activeElement);
  const state = message.direction === "to_phone" ? message.status : "sent by the user";
  place.replaceChildren(`${time} · ${state} · `, link);
  if (hadFocus) link.focus();
}

function drawContent(message) {
  if (message.html) return draw(message.html);
  if (message.text != null) return make("p", { className: "mine", dir: "auto", textContent: message.text });
  if (message.direction === "to_phone") return note(`cannot be drawn: ${message.kind}`);
  const words = {
    tap: `tapped “${message.summary}”`, // a phone leaves no trace of it (RCC.71)
    alias: "hid the number",
    "phone facts": `told: ${message.summary}`,
  };
  return note(words[message.kind] ?? message.summary);
}

const note = (textContent) => make("p", { className: "note", dir: "auto", textContent });

/* The newest message stays in full view until the user scrolls away from it, also when the thread becomes lower. */
function followEnd() {
  if (talk.followsEnd) find("thread").scrollTop = find("thread").scrollHeight;
  noteScroll();
}

function noteScroll() {
  const thread = find("thread");
  const isBelow = thread.scrollHeight - thread.scrollTop - thread.clientHeight < 40;
  talk.followsEnd = isBelow && talk.isAtEnd;
  find("newest").hidden = talk.followsEnd || !talk.turns.size;
}

function stayInPlace(redraw) {
  const first = find("turns").firstElementChild;
  const top = first.getBoundingClientRect().top;
  redraw();
  if (first.isConnected) find("thread").scrollTop += first.getBoundingClientRect().top - top;
}

function reveal() {
  talk.revealed = shown.msgId;
  find("turns").querySelector("[aria-current]")?.scrollIntoView({ block: "nearest" });
  noteScroll();
}

function listenToThread() {
  find("thread").onscroll = noteScroll;
  find("earlier").onclick = () => attempt(showEarlier);
  find("newest").onclick = () => attempt(showNewest);
  const sizes = new ResizeObserver(followEnd);
  for (const element of [find("thread"), find("turns")]) sizes.observe(element);
  const nearTop = { root: find("thread"), rootMargin: "200px" };
  new IntersectionObserver(([entry]) => {
    if (entry.isIntersecting && !talk.followsEnd) attempt(showEarlier);
  }, nearTop).observe(find("earlier"));
}
