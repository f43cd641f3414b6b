/* Asking the sandbox, and telling what it refused. */
"use strict";

const API = "/sandbox/api/";

class Refusal extends Error {}

async function ask(path, { method = "GET", body } = {}) {
  const headers = { accept: "application/json" };
  const token = sessionStorage.getItem("token");
  if (token) headers.authorization = `Bearer ${token}`;
  if (body !== undefined) headers["content-type"] = "application/json";
  const answer = await fetch(API + path, { method, headers, body: body && JSON.stringify(body) });
  if (answer.status === 401) {
    await askForToken();
    return ask(path, { method, body });
  }
  const result = answer.status === 204 ? null : await answer.json();
  if (!answer.ok) throw new Refusal(result.error);
  return result;
}

let tokenAsked = null;
function askForToken() {
  tokenAsked ??= new Promise((resolve) => {
    const dialog = find("token");
    dialog.oncancel = (event) => event.preventDefault();
    onSubmit(dialog.querySelector("form"), ({ token }) => {
      sessionStorage.setItem("token", token);
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
const messagePath = (msgId) => `messages/${encodeURIComponent(msgId)}`;

/* Do what somebody asked for; a refusal is told until the next attempt, above whatever dialog is open. */
async function attempt(work) {
  tellProblem("");
  try {
    return await work();
  } catch (problem) {
    if (!(problem instanceof Refusal)) throw problem;
    tellProblem(problem.message);
  }
}

function tellProblem(text) {
  const place = find("problem");
  place.togglePopover(Boolean(text));
  place.firstElementChild.textContent = text;
}
