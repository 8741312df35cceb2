// Suggests the zone of this device where none is chosen yet; and where a time is typed for a diary of
// another zone, names that zone and what this device shows at that moment.
"use strict";

const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
const select = document.querySelector("select[name=zone]");
if (select && !select.value && select.querySelector(`option[value="${CSS.escape(here)}"]`)) select.value = here;

for (const hint of document.querySelectorAll("p[data-zone]")) {
  const form = hint.closest("form");
  const zone = () => hint.dataset.zone || form.dataset.zone;
  const city = (name) => name.split("/").pop().replaceAll("_", " ");

  // What the clock of a zone shows, as "2026-11-20 21:40": two zones are alike where these are.
  const shown = (at, timeZone) => at.toLocaleString("sv-SE", { timeZone, dateStyle: "short", timeStyle: "short" });
  const asUtc = (text) => new Date(`${text.replace(" ", "T")}Z`);
  // The moment at which the diary's clock shows what was typed: off by its distance from UTC, which may
  // be another one across a change of the clock.
  const momentOf = (typed) => {
    let at = typed;
    for (let turn = 0; turn < 2; turn += 1) at = new Date(typed - (asUtc(shown(at, zone())) - at));
    return at;
  };

  const words = (at, timeZone) => {
    const hour12 = "twelve" in hint.dataset || "twelve" in form.dataset;
    return at.toLocaleTimeString("en-GB", { timeZone, timeStyle: "short", hour12 });
  };
  const dayOf = (field) => {
    const days = [...form.querySelectorAll('input[type="date"]')];
    return days.filter((day) => day.compareDocumentPosition(field) & Node.DOCUMENT_POSITION_FOLLOWING).pop();
  };

  const tell = (field) => {
    if (!zone()) return;
    const now = new Date();
    const day = dayOf(field)?.value || shown(now, zone()).slice(0, 10);
    const typed = field.value ? asUtc(`${day} ${field.value.slice(0, 5)}`) : null;
    const at = typed && !Number.isNaN(typed.getTime()) ? momentOf(typed) : now;
    const [there, mine] = [shown(at, zone()), shown(at, here)];
    hint.hidden = there === mine;
    if (hint.hidden) return;
    const days = { "-1": " the day before", 0: "", 1: " the day after" };
    const apart = Math.round((asUtc(mine.slice(0, 10) + " 00:00") - asUtc(there.slice(0, 10) + " 00:00")) / 86400000);
    const start = at === now ? `Times are ${city(zone())} time. It is ` : "";
    hint.textContent = `${start}${words(at, zone())} in ${city(zone())}${at === now ? " now" : ""}, ${words(at, here)}${days[apart]} on this phone.`;
    field.closest(".field").append(hint);
  };

  const fields = () => [...form.querySelectorAll('input[type="time"]')];
  const tellOf = ({ target }) => {
    if (target.type === "time") tell(target);
    if (target.type === "date") fields().filter((field) => dayOf(field) === target).slice(0, 1).forEach(tell);
  };
  form.addEventListener("focusin", tellOf);
  form.addEventListener("input", tellOf);
  fields().slice(0, 1).forEach(tell);
}
