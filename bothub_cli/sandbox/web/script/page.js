/* Where we are, and when to look again: the address says what is shown, the feed says what changed. */

const REFRESH_PAUSE = 150; // ms: a burst of messages is drawn a few times a second, not once a message

const shown = { everything: false, number: null, msgId: null, sequence: null };

function readAddress() {
  const [, kind, name] = location.pathname.split("/").map(decode);
  if (kind === "everything" || !kind) shown.everything = kind === "everything";
  shown.msgId = kind === "messages" ? name : null;
  if (kind === "phones") choosePhone(name);
}

function decode(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part; // an address that somebody cut; it names nothing
  }
}

function go(path) {
  if (path !== location.pathname) history.pushState(null, "", path);
  readAddress();
  refresh();
}

/* One round at a time; who asks meanwhile gets another one, and waits for it. */
let round = null;
let isWanted = false;
let isInspectorWanted = false; // with heavy traffic most changes are about other messages
function refresh({ inspector = true } = {}) {
  isWanted = true;
  isInspectorWanted ||= inspector;
  round ??= goRound().finally(() => (round = null));
  return round;
}

async function goRound() {
  while (isWanted) {
    isWanted = false;
    await refreshOnce();
  }
}

async function refreshOnce() {
  const isInspectorDue = isInspectorWanted;
  isInspectorWanted = false;
  if (!shown.msgId) forgetInspector();
  else if (isInspectorDue) await refreshInspector();
  await refreshRows();
  showStage();
  if (!shown.number) return;
  try {
    await refreshPhone();
  } catch (problem) {
    if (!(problem instanceof Refusal)) throw problem;
    tellProblem(problem.message); // the address names what is no number
    choosePhone(null);
    showStage();
  }
}

/* Before anything is drawn there: what is hidden cannot be scrolled. */
function showStage() {
  const isNobody = !shown.number;
  find("welcome").hidden = !isNobody;
  find("device").hidden = find("state").hidden = isNobody;
}

async function watch() {
  let sequence = null;
  for (;;) {
    try {
      const changes = await ask(`view/changes${query({ after: sequence })}`);
      if (sequence === null) readAnew();
      if (sequence === null || changes.sequence !== sequence) await takeChanges(changes, sequence === null);
      sequence = changes.sequence;
      setLive(true); // what is there is drawn now
      await pause(document.hidden ? 1000 : REFRESH_PAUSE);
    } catch (problem) {
      if (problem instanceof Refusal) throw problem;
      setLive(false); // the sandbox was stopped; another one may come at the same address, and count anew
      sequence = null;
      await pause(1000);
    }
  }
}

async function takeChanges({ messages, deliveries, statuses, kinds }, isFirst) {
  if (kinds?.includes("reset")) {
    await round; // what it asked for before may still come, and would choose a phone that is no more
    forgetEverything();
  }
  if (isFirst || !kinds || kinds.includes("webhook")) await refreshFacts();
  takeStatuses(statuses);
  const isNamed = !messages || [...messages, ...deliveries].includes(shown.msgId);
  await refresh({ inspector: isFirst || isNamed || kinds.includes("webhook") });
  if (find("sandbox").open) await Promise.all([listFaults(), showClock()]);
}

const pause = (duration) => new Promise((resolve) => setTimeout(resolve, duration));

function setLive(isOn) {
  find("live").className = `live ${isOn ? "on" : "off"}`;
  const words = isOn ? "live" : "the sandbox does not answer";
  if (find("live").lastElementChild.textContent !== words) find("live").lastElementChild.textContent = words;
}

function forgetEverything() {
  if (shown.msgId || shown.number) history.replaceState(null, "", shown.everything ? "/everything" : "/");
  shown.msgId = null;
  choosePhone(null);
  readAnew();
}

function readAnew() {
  startTalk();
  pages = [];
  newestSequence = 0;
}

function listenToPage() {
  addEventListener("popstate", () => {
    readAddress();
    refresh();
  });
  addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='/']");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    go(link.pathname);
  });
  addEventListener("keydown", (event) => {
    if (event.key === "/" && !event.target.matches("input, select, textarea") && !document.querySelector("dialog[open]")) {
      event.preventDefault();
      find("words").focus();
    }
    const step = { ArrowDown: "nextElementSibling", ArrowUp: "previousElementSibling" }[event.key];
    const entry = event.target.closest?.("#rows > li");
    if (step && entry) {
      event.preventDefault();
      entry[step]?.querySelector("a").focus();
    }
  });
}

listenToPage();
listenToLooks();
listenToRows();
listenToUser();
listenToThread();
listenToSandbox();
readAddress();
watch();
