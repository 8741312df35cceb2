// Shortens a list of choices to what is typed; what is chosen stays in sight. Without this file the whole
// list is there.
"use strict";

for (const list of document.querySelectorAll("[data-choices]")) {
  // However a name is written: "CAR-T", "car t" and "cart" are the same.
  const plain = (text) => text.normalize("NFKC").toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");
  const field = list.querySelector('input[type="search"]');
  const groups = [...list.querySelectorAll('[role="group"]')];
  field.hidden = false;
  field.addEventListener("input", () => {
    const typed = plain(field.value);
    for (const group of groups) {
      const rows = [...group.querySelectorAll("label")];
      const isClass = plain(group.firstElementChild.textContent).includes(typed);
      for (const row of rows) {
        row.parentElement.hidden = !isClass && !plain(row.textContent).includes(typed)
          && !row.querySelector(":checked");
      }
      group.hidden = rows.every((row) => row.parentElement.hidden);
    }
    list.querySelector("[data-none]").hidden = !groups.every((group) => group.hidden);
  });
  // Enter would send the form before anything is chosen.
  field.addEventListener("keydown", (event) => { if (event.key === "Enter") event.preventDefault(); });
}
