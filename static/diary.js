// Small conveniences. Every page works without this file.
"use strict";

// A print button is of no use without a script, so it is shown by one.
const showPrintButtons = (root) => {
  for (const button of root.querySelectorAll("[data-print][hidden]")) button.hidden = false;
};

// After an answer with errors, a screen reader starts at the list of what is wrong.
const focusErrors = (root) => root.querySelector(".error-summary")?.focus();

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) window.print();
});
document.addEventListener("htmx:load", (event) => {
  showPrintButtons(event.target);
  focusErrors(event.target);
});
showPrintButtons(document);
focusErrors(document);
