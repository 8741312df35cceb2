// Shortens a list of choices to what is typed; what is chosen stays in sight. Without this file the whole
// list is there.
"use strict";

for (const list of document.querySelectorAll("[data-choices]")) {
  const field = list.querySelector('input[type="search"]');
  const groups = [...list.querySelectorAll('[role="group"]')];
  field.hidden = false;
  field.addEventListener("input", () => {
    const typed = field.value.trim().toLowerCase();
    for (const group of groups) {
      const rows = [...group.querySelectorAll("label")];
      const isClass = group.firstElementChild.textContent.toLowerCase().includes(typed);
      for (const row of rows) {
        row.parentElement.hidden = !isClass && !row.textContent.toLowerCase().includes(typed)
          && !row.querySelector(":checked");
      }
      group.hidden = rows.every((row) => row.parentElement.hidden);
    }
    list.querySelector("[data-none]").hidden = !groups.every((group) => group.hidden);
  });
  // Enter would send the form before anything is chosen.
  field.addEventListener("keydown", (event) => { if (event.key === "Enter") event.preventDefault(); });
}
