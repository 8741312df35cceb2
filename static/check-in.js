// Makes the page of symptoms smoother. It holds no rules: every mark that brings up the prompt is in
// the page already, and without this file the search is a button.
"use strict";

// A second tap on a chosen answer takes it back.
const takeBack = (form) => {
  let before = null;
  form.addEventListener("pointerdown", ({ target }) => {
    const input = target.closest("label")?.querySelector('input[type="radio"]');
    before = input?.checked ? input : null;
  });
  form.addEventListener("click", ({ target }) => {
    if (target === before && target.name.startsWith("s-")) {
      target.checked = false;
      before = null;
      target.dispatchEvent(new Event("change", { bubbles: true }));
    }
  });
  form.addEventListener("keydown", (event) => {
    const { target, key } = event;
    if (target.type === "radio" && target.checked && (key === "Backspace" || key === "Delete")) {
      target.checked = false;
    }
  });
};

// A page that was opened on another day shows that day: an untouched one is opened anew, where there
// is somebody to draw it. One that came with answers in it, or with the prompt, stays.
const renew = (form) => {
  let touched = !("renew" in form.dataset);
  form.addEventListener("input", () => { touched = true; });
  document.addEventListener("visibilitychange", async () => {
    const later = Date.now() - Date.parse(form.elements.opened?.value ?? "") > 10 * 60 * 1000;
    if (document.hidden || !later || touched) return;
    const isThere = await fetch("/device/", { redirect: "manual", cache: "no-store" }).then(({ ok }) => ok, () => false);
    if (isThere && !touched) window.location.replace(window.location.href);
  });
};

// Two amber signs are urgent together: CSS sees two that are chosen here. A reading, and what waits on
// this phone, stand beside the answers as marks of the same kind.
const AMBER_FOR = 24 * 60 * 60 * 1000;

const amberMark = (form, number) => {
  const mark = Object.assign(document.createElement("input"), { type: "checkbox", hidden: true });
  mark.dataset.amber = number;
  form.append(mark);
  return mark;
};
const readingNumber = (form) => form.querySelector("[data-amber-reading]")?.dataset.amberReading;
const isAmberReading = ({ dataset: { ordinary } }, text) => text.trim() !== "" && !new RegExp(`^(?:${ordinary})$`).test(text);

const watchReading = (form) => {
  const number = readingNumber(form);
  if (!number) return;
  const mark = amberMark(form, number);
  const look = () => {
    mark.checked = [...form.querySelectorAll("[data-ordinary]")].some((field) => {
      const isChosen = form.querySelector(`#unit-${field.name.slice(-1)}`)?.checked;
      return isChosen && isAmberReading(field, field.value);
    });
  };
  form.addEventListener("change", look);
  look();
};

const countWaiting = async (form) => {
  const { account, patient } = form.dataset;
  for (const row of await vault.unsent()) {
    if (row.patient !== patient || row.account !== account || Date.now() - row.at > AMBER_FOR) continue;
    const { fields = [] } = await vault.read(row).catch(() => ({}));
    for (const [name, value] of fields) {
      const inputs = [...form.querySelectorAll(`[name="${CSS.escape(name)}"]`)];
      const choice = inputs.find((input) => input.value === value && input.dataset.amber);
      if (choice) amberMark(form, choice.dataset.amber).checked = true;
      const field = inputs.find((input) => input.dataset.ordinary);
      if (field && isAmberReading(field, value)) amberMark(form, readingNumber(form)).checked = true;
    }
  }
};

for (const form of document.querySelectorAll("form.answers")) {
  watchReading(form);
  if (form.dataset.patient) countWaiting(form).catch(() => {});
  takeBack(form);
  renew(form);
}
