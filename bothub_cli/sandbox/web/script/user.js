/* The phone around the talk: how it looks, what state it is in, and what its user does. */

const FRAME = 2 * 10; // CSS pixels beside the screen: page.css

const LOOKS = { phone: "own", colours: "light", font: "1", width: "412" };

const looks = () => Object.fromEntries(Object.keys(LOOKS).map((name) => [name, find(`look-${name}`).value]));

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
  fitPhone();
}

/* A phone that is wider than its room is drawn smaller: nothing of it may lie where nobody can scroll to. */
function fitPhone() {
  const stage = find("device").parentElement;
  const { paddingLeft, paddingRight } = getComputedStyle(stage);
  const room = stage.clientWidth - parseFloat(paddingLeft) - parseFloat(paddingRight);
  find("device").style.zoom = Math.min(1, room / (Number(looks().width) + FRAME));
}

function listenToLooks() {
  const isDark = matchMedia("(prefers-color-scheme: dark)").matches;
  const usual = { ...LOOKS, colours: isDark ? "dark" : "light" };
  for (const name of Object.keys(LOOKS)) {
    const select = find(`look-${name}`);
    select.value = localStorage.getItem(`look-${name}`) ?? usual[name];
    if (!select.value) select.value = usual[name];
    select.onchange = () => {
      localStorage.setItem(`look-${name}`, select.value);
      applyLooks();
      if (name === "colours") return;
      talk.isStale = true;
      refresh();
    };
  }
  find("looks").onsubmit = (event) => event.preventDefault();
  applyLooks();
  new ResizeObserver(fitPhone).observe(find("device").parentElement);
}

function choosePhone(number) {
  if (number === shown.number) return;
  shown.number = number;
  startTalk();
  tellOnPhone("");
  setTyping(false);
}

function drawPhone({ phone, meaning, bot_is_typing: isTyping, messages }) {
  const toPhone = messages.findLast((message) => message.direction === "to_phone");
  find("bot-name").textContent = (toPhone ?? messages.at(-1))?.bot_id ?? "your bot";
  find("phone-number").textContent = phone.is_anonymous ? `${phone.number}, hidden as ${phone.chat_id}` : phone.number;
  find("dots").hidden = !isTyping;
  find("is-online").checked = phone.is_online;
  find("is-rcs").checked = phone.is_rcs;
  find("is-ios").checked = phone.system === "ios";
  find("hide-number").disabled = phone.is_anonymous;
  find("meaning").textContent = [meaning, phone.has_stopped && "the user said STOP"].filter(Boolean).join("; ");
}

function tellOnPhone(text) {
  find("sheet").hidden = !text;
  find("sheet").firstElementChild.textContent = text;
}

const act = (action, members = {}) => attempt(async () => {
  const answer = await ask(`${phonePath(shown.number)}/actions`, { method: "POST", body: { action, ...members } });
  tellOnPhone(answer.effect ? `The phone ${answer.effect}. (Only told here, not done.)` : "");
  if (action !== "typing") setTyping(false);
  await refresh();
});

/* Chips go with the tap: the focus would go with them. */
async function tap(label) {
  const place = Object.fromEntries(Object.entries(label.dataset).map(([name, value]) => [name, Number(value)]));
  await act("tap", { msg_id: label.closest(".turn").dataset.msgId, ...place });
  if (!label.checkVisibility()) find("thread").focus();
}

function setTyping(isActive) {
  find("typing").setAttribute("aria-pressed", String(isActive));
}

const changePhone = (body) => attempt(() => ask(phonePath(shown.number), { method: "PATCH", body }));

function listenToUser() {
  find("turns").onclick = ({ target }) => {
    const label = target.closest("button.rcs-button, button.rcs-chip");
    if (label) tap(label);
  };
  onSubmit(find("composer"), () => {
    const text = find("said").value;
    find("said").value = "";
    if (text) act("text", { text });
  });
  for (const deed of document.querySelectorAll("[data-act]")) deed.onclick = () => act(deed.dataset.act);
  find("typing").onclick = () => {
    const active = find("typing").getAttribute("aria-pressed") !== "true";
    setTyping(active);
    act("typing", { active });
  };
  find("close-sheet").onclick = () => {
    tellOnPhone("");
    find("thread").focus();
  };
  find("is-online").onchange = ({ target }) => changePhone({ is_online: target.checked });
  find("is-rcs").onchange = ({ target }) => changePhone({ is_rcs: target.checked });
  find("is-ios").onchange = ({ target }) => {
    talk.isStale = true; // an iPhone draws everything anew
    changePhone({ system: target.checked ? "ios" : "android" });
  };
  openBy("open-picture", "picture", ({ url, name, type, size }) =>
    act("file", { url, ...(name && { name }), ...(type && { type }), ...(size && { size: Number(size) }) }));
  openBy("open-place", "place", ({ latitude, longitude, label }) =>
    act("location", { latitude: Number(latitude), longitude: Number(longitude), ...(label && { label }) }));
}

function openBy(buttonId, dialogId, send) {
  const dialog = find(dialogId);
  find(buttonId).onclick = () => dialog.showModal();
  onSubmit(dialog.querySelector("form"), (fields) => {
    dialog.close();
    send(fields);
  });
}
