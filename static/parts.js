// A part of a page is swapped in by htmx. This stands only on pages of which parts are; they work without.
"use strict";

document.addEventListener("htmx:load", ({ target }) => {
  showWhatNeedsScripts(target);
  focusErrors(target);
  count();
});

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

// A part is swapped in only if it is one. A whole page came instead where somebody was logged out or
// a form has to be put right; nothing useful came where the server failed.
document.addEventListener("htmx:beforeSwap", (event) => {
  const { isError, requestConfig, xhr } = event.detail;
  if (!isError && !/^\s*<!doctype/i.test(xhr.response)) return;
  event.preventDefault();
  if (xhr.status >= 500 && requestConfig.verb === "post") sayUnreached(requestConfig.elt);
  else doPlainly(requestConfig);
});
document.addEventListener("htmx:beforeRequest", sayNothing);
for (const event of ["htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(event, ({ detail }) => sayUnreached(detail.requestConfig.elt));
}
document.addEventListener("htmx:afterSettle", focusAfterSwap);
