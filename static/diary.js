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
for (const event of ["DOMContentLoaded", "htmx:load"]) {
  document.addEventListener(event, ({ target }) => {
    showWhatNeedsScripts(target);
    focusErrors(target);
  });
}

// After a part was swapped: on to the same button, else to what is wrong, else to the heading.
const focusAfterSwap = ({ detail: { target, requestConfig } }) => {
  const same = document.getElementById(requestConfig?.triggeringEvent?.submitter?.id);
  const start = same ?? target.querySelector(".error-summary") ?? target.querySelector("h1");
  if (!start || start === document.activeElement) return;
  if (!same) start.tabIndex = -1;
  start.focus({ preventScroll: true });
};

// The same again without htmx: a link is followed, a form is sent.
const doPlainly = ({ elt, triggeringEvent }) => {
  if (elt.href) {
    window.location.assign(elt.href);
    return;
  }
  const { name, value } = triggeringEvent.submitter ?? {};
  if (name) elt.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
  elt.submit();
};

// The server is away: the page stays, with its numbers, and says that nothing came of it.
const sayUnreached = (elt) => {
  const said = document.getElementById(elt.closest("[data-unreached]").dataset.unreached);
  said.hidden = false;
  said.scrollIntoView({ block: "nearest" });
};

// A part is swapped in only if it is one. A whole page came instead where somebody was logged out or
// a form has to be put right; nothing useful came where the server failed.
document.addEventListener("htmx:beforeSwap", (event) => {
  const { isError, requestConfig, xhr } = event.detail;
  if (!isError && !/^\s*<!doctype/i.test(xhr.response)) return;
  event.preventDefault();
  if (xhr.status >= 500 && requestConfig.verb === "post") sayUnreached(requestConfig.elt);
  else doPlainly(requestConfig);
});
// A question that was kept stands in the list below; the field is free for the next one.
document.addEventListener("htmx:afterSwap", ({ detail: { target, requestConfig } }) => {
  if (target.id === "jotted") requestConfig.elt.reset();
});
document.addEventListener("htmx:beforeRequest", () => {
  for (const said of document.querySelectorAll(".unreached")) said.hidden = true;
});
for (const event of ["htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(event, ({ detail }) => sayUnreached(detail.requestConfig.elt));
}
document.addEventListener("htmx:afterSettle", focusAfterSwap);

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
for (const event of ["DOMContentLoaded", "htmx:load"]) document.addEventListener(event, count);
// Keeps the shell and the urgent page for when the network is away; nothing of a person.
navigator.serviceWorker?.register("/sw.js").catch(() => {});
