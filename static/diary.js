// Small conveniences. Every page works without this file.
"use strict";

// What is of no use without a script (a print button, a passkey) stays hidden until one runs.
const showWhatNeedsScripts = (root) => {
  for (const part of root.querySelectorAll("[data-needs-script][hidden]")) part.hidden = false;
};

// After an answer with errors, a screen reader starts at the list of what is wrong.
const focusErrors = (root) => root.querySelector(".error-summary")?.focus();

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) window.print();
});
document.addEventListener("DOMContentLoaded", () => {
  showWhatNeedsScripts(document);
  focusErrors(document);
});

// The server is away: the page stays, with its numbers, and says that nothing came of it.
const sayUnreached = (elt) => {
  const said = document.getElementById(elt.closest("[data-unreached]").dataset.unreached);
  said.hidden = false;
  said.scrollIntoView({ block: "nearest" });
};
const sayNothing = () => {
  for (const said of document.querySelectorAll(".unreached")) said.hidden = true;
};

// A question is kept without leaving the page, so that nothing typed on it is lost: what comes back is a
// part of another page. Where that is none, the form is sent as it is.
const jot = async (form, button) => {
  sayNothing();
  const asked = { method: "POST", body: new FormData(form), headers: { "HX-Request": "true" }, signal: AbortSignal.timeout?.(10000) };
  const answer = await fetch(form.action, asked).catch(() => null);
  const page = await answer?.text().catch(() => null);
  if (page == null || answer.status >= 500) {
    sayUnreached(form);
    return;
  }
  const part = new DOMParser().parseFromString(page, "text/html");
  const kept = part.getElementById("open-questions");
  if (!answer.ok || !kept || /^\s*<!doctype/i.test(page)) {
    form.submit();
    return;
  }
  for (const id of ["first", "messages", "strips"]) document.getElementById(id).replaceChildren(...part.getElementById(id).childNodes);
  document.getElementById("jotted").replaceChildren(kept);
  form.reset();
  button?.focus({ preventScroll: true });
};
document.addEventListener("submit", (event) => {
  if (!("jot" in event.target.dataset)) return;
  event.preventDefault();
  jot(event.target, event.submitter);
});

// How long until the next temperature. Without this the time itself stands there.
const count = () => {
  for (const due of document.querySelectorAll("time[data-due]")) {
    due.dataset.clock ??= due.textContent;
    const minutes = Math.ceil((Date.parse(due.dateTime) - Date.now()) / 60000);
    const left = minutes > 0 ? `in ${minutes} min` : "now";
    due.textContent = `${due.dataset.clock} (${left})`;
  }
};
setInterval(count, 30000);
document.addEventListener("DOMContentLoaded", count);

// What keeps an entry on this phone comes once the page is there. A form that is sent before that waits
// for it; where it does not come, or not soon, the form is sent as it is.
const bring = (src) => new Promise((resolve, reject) => {
  document.head.append(Object.assign(document.createElement("script"), { src, async: false, onload: resolve, onerror: reject }));
});
const bringLate = (files) => {
  let isHere = false;
  let start = null;
  const tooLong = () => new Promise((resolve) => { setTimeout(resolve, 5000); });
  const here = new Promise((resolve) => { start = resolve; })
    .then(() => Promise.race([Promise.all(files.map(bring)), tooLong()]))
    .catch(() => {})
    .then(() => { isHere = true; });
  window.addEventListener("load", start);
  document.addEventListener("submit", async (event) => {
    const { target: form, submitter } = event;
    if (isHere || !form.matches('[data-keep], [action$="/account/logout/"]')) return;
    event.preventDefault();
    event.stopPropagation();
    start();
    await here;
    form.requestSubmit(submitter);
  }, { capture: true });
};
const { then: late } = document.currentScript.dataset;
if (late) bringLate(late.split(" "));

// Keeps the shell and the urgent page for when the network is away; nothing of a person.
window.addEventListener("load", () => navigator.serviceWorker?.register("/sw.js").catch(() => {}));
