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
