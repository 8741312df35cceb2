// The page of today without a network: the list that holds for anybody stands in the page; this adds
// what the phone keeps of one patient. It looks up what the server worked out, and holds no rules.
"use strict";

const DAY = 24 * 60 * 60 * 1000;
const page = document.getElementById("offline");
const sheet = document.querySelector("form.answers");
const place = (name, inside = document) => inside.querySelector(`[data-${name}]`);
// All that the family answers under this entry of the rules: their own symptoms share one.
const choicesFor = ({ own }, key) => {
  const [symptom, answer] = key.split(":");
  const names = [symptom, ...own.filter((one) => one.symptom === symptom).map((one) => one.key)];
  return names.map((name) => sheet.querySelector(`input[name="s-${name}"][value="${answer}"]`)).filter(Boolean);
};

// Where no page of today was asked for, this one does not pass for it.
const isToday = /^\/(p\/[0-9a-f-]{36}\/)?$/.test(window.location.pathname) || window.location.pathname === "/offline/";

const { when } = outbox;

// The tables for a page opened now, or a day earlier or later: a phone's clock may be wrong. Outside of
// what is kept, all of them: more is marked, never less.
const tablesNow = (kept) => {
  const now = Date.now();
  const near = kept.openings.filter(({ from, until }) => Date.parse(from) < now + DAY && now - DAY < Date.parse(until));
  const isOld = near.length === 0 || kept.openings.every(({ until }) => Date.parse(until) <= now);
  if (isOld) return { tables: kept.tables, isOld };
  const held = near.flatMap(({ tables }) => tables.filter(([from]) => Date.parse(from) < now + 2 * DAY));
  return { tables: held.map(([, number]) => kept.tables[number]), isOld };
};

// Marks are only added: a page that stays open is never laxer than it was.
const quiet = { C: new Set(), F: new Set() };
const ordinary = { C: new Set(), F: new Set() };
const all = (patterns) => `${[...patterns].map((pattern) => `(?=(?:${pattern})$)`).join("")}.*`;
const mark = (kept) => {
  const { tables, isOld } = tablesNow(kept);
  const crisis = kept.numbers?.some(({ kind }) => kind === "crisis") ? "data-crisis" : "data-emergency";
  for (const table of tables) {
    for (const key of table.urgent) choicesFor(kept, key).forEach((input) => input.setAttribute("data-level", "urgent"));
    for (const key of table.emergency) choicesFor(kept, key).forEach((input) => input.setAttribute("data-emergency", ""));
    for (const key of table.crisis ?? []) choicesFor(kept, key).forEach((input) => input.setAttribute(crisis, ""));
    for (const [key, number] of Object.entries(table.amber ?? {})) choicesFor(kept, key).forEach((input) => input.setAttribute("data-amber", number));
    for (const unit of ["C", "F"]) {
      quiet[unit].add(table.quiet[unit]);
      if (table.ordinary) ordinary[unit].add(table.ordinary[unit]);
    }
  }
  for (const unit of ["C", "F"]) {
    const field = document.getElementById(`temperature-${unit}`);
    field.pattern = all(quiet[unit]);
    field.dataset.ordinary = all(ordinary[unit]);
  }
  place("old").hidden = !isOld;
};

const callButton = ({ kind, label, number, tel }) => {
  const button = place("call").content.cloneNode(true).querySelector("a");
  button.href = `tel:${tel}`;
  if (kind === "emergency") button.classList.add("emergency");
  if (kind === "crisis") button.classList.add("crisis", "by-crisis");
  place("label", button).textContent = label;
  place("number", button).textContent = number;
  return button;
};

const showNumbers = ({ numbers, team, card, fever, readers }) => {
  for (const holder of document.querySelectorAll("[data-numbers]")) holder.replaceChildren(...numbers.map(callButton));
  place("readers").textContent = readers;
  place("no-team").hidden = numbers.some(({ kind }) => !["emergency", "crisis"].includes(kind));
  place("no-emergency").hidden = numbers.some(({ kind }) => kind === "emergency");
  for (const words of document.querySelectorAll("[data-fever-words]")) words.textContent = fever;
  for (const words of document.querySelectorAll("[data-team]")) words.textContent = team;
  place("card").hidden = !card;
  place("card-words").textContent = card;
};

// The crisis line comes up by the words of the search; where the emergency number is not known, the
// sentence that stands there stays.
const showCrisis = ({ crisis, numbers }) => {
  const emergency = numbers.filter(({ kind }) => kind === "emergency");
  const team = numbers.filter(({ kind }) => !["emergency", "crisis"].includes(kind));
  place("crisis-lines").replaceChildren(...crisis.map((line) => callButton({ ...line, kind: "" })));
  if (emergency.length) place("crisis-emergency").replaceChildren(...emergency.map(callButton));
  place("crisis-team").replaceChildren(...team.map(callButton));
};

const showTellers = (tellers) => {
  const labels = tellers.map(([value, words, isChosen]) => {
    const input = Object.assign(document.createElement("input"), { type: "radio", name: "told_by", value });
    input.defaultChecked = isChosen;
    const label = document.createElement("label");
    label.append(input, words);
    return label;
  });
  place("tellers").replaceChildren(...labels);
};

const sectionOf = (slug) => document.getElementById(`section-${slug}`).closest("section");
const tilesOf = (section) => section.querySelector(".tiles");

// The family's own symptoms, made from the one empty row that the page has for each kind.
const showOwn = (own) => {
  const section = sectionOf("own");
  const empty = Object.fromEntries([...section.querySelectorAll(".symptom")].map((row) => [row.id.replace("symptom-", ""), row]));
  for (const { key, name, kind } of own) {
    const row = empty[kind].cloneNode(true);
    row.id = `symptom-${key}`;
    row.querySelector("summary").textContent = name;
    row.querySelector("fieldset").setAttribute("aria-label", name);
    for (const field of row.querySelectorAll("[name]")) field.name = field.name.replace(kind, key);
    tilesOf(section).append(row);
  }
  for (const row of Object.values(empty)) row.remove();
  section.hidden = own.length === 0;
};

// As on the page with a network: what was there in the last days, open; what is urgent even when mild,
// the emergencies first; what else is listed for the treatment; then the rest.
const rowsOf = (keys) => keys.map((key) => document.getElementById(`symptom-${key}`)).filter(Boolean);
const mildest = (row) => row.querySelector('.scale input:not([value="no"])');
const quietAnswers = (row) => row.querySelectorAll('.scale input:not([value="no"]):not([data-level])').length;
const isFlag = (row) => mildest(row).dataset.level === "urgent";
const isLater = (row) => !("emergency" in mildest(row).dataset);
const newSection = (slug, title, rows) => {
  const section = place("section").content.cloneNode(true).querySelector("section");
  section.setAttribute("aria-labelledby", `section-${slug}`);
  section.querySelector("h2").id = `section-${slug}`;
  section.querySelector("h2").textContent = title;
  tilesOf(section).append(...rows);
  return section;
};
const showFirst = ({ listed, recent, name, has = `${name} has` }) => {
  const flags = sectionOf("flags");
  flags.querySelector("h2").textContent = `Call at once if ${has}`;
  const known = [...flags.querySelectorAll(".symptom")];
  const flagged = [...sheet.querySelectorAll(".symptom")].filter((row) => isFlag(row) && !known.includes(row));
  tilesOf(flags).append(...[...known, ...flagged].sort((a, b) => isLater(a) - isLater(b)));
  flagged.forEach((row) => row.classList.add("flag"));
  rowsOf(recent).forEach((row) => { row.open = true; });
  const had = rowsOf(recent).filter((row) => !isFlag(row));
  if (had.length) document.getElementById("search").before(newSection("recent", "Recent symptoms", had));
  const others = rowsOf(listed).filter((row) => !isFlag(row) && !had.includes(row));
  if (others.length) flags.after(newSection("listed", "Other side effects", others.sort((a, b) => quietAnswers(a) - quietAnswers(b))));
  for (const section of sheet.querySelectorAll(".more .symptoms")) section.hidden = !section.querySelector(".symptom");
};

const showTroubles = ({ troubles, thread }) => {
  const cards = troubles.map(({ label, heading, steps, why }) => {
    const card = place("trouble").content.cloneNode(true).querySelector("details");
    place("trouble-label", card).textContent = label;
    place("trouble-heading", card).textContent = heading;
    card.querySelector(".numbers").replaceChildren(...thread.numbers.map(callButton));
    const items = steps.map((step) => Object.assign(document.createElement("li"), { textContent: step }));
    place("trouble-steps", card).replaceChildren(...items);
    place("trouble-why", card).textContent = why;
    return card;
  });
  place("troubles").replaceChildren(...cards);
};

// Urgent entries stay in sight until a person closes them: those in the diary, and those that wait here.
const showThread = async ({ patient, thread }) => {
  const waiting = [];
  for (const row of await vault.unsent()) {
    const isOurs = row.patient === patient && row.account === outbox.account();
    const { isUrgent } = isOurs ? await vault.read(row).catch(() => ({})) : {};
    if (isUrgent) waiting.push(`entry typed ${when(row.at)}, not sent yet`);
  }
  const entries = [...waiting, ...thread.entries];
  place("entries").textContent = entries.join("; ");
  place("thread").querySelector(".numbers").replaceChildren(...thread.numbers.map(callButton));
  place("thread").hidden = entries.length === 0;
};

const showTabs = ({ patient, name }) => {
  const tabs = place("whose").querySelector("nav");
  const here = isToday ? `/p/${patient}/` : window.location.pathname;
  tabs.setAttribute("aria-label", name);
  for (const tab of tabs.querySelectorAll("a")) {
    tab.href = tab.pathname.replace(/[0-9a-f-]{36}/, patient);
    if (tab.pathname === here) tab.setAttribute("aria-current", "page");
  }
};

const showWhose = (kept) => {
  showTabs(kept);
  for (const words of document.querySelectorAll("[data-name-here]")) words.textContent = kept.name;
  place("asks").textContent = kept.asks ?? `How is ${kept.name} today?`;
  place("initial").textContent = kept.initial;
  place("whose").className = `whose ${kept.colour}`;
  place("whose").hidden = false;
  place("urgent").href = `/p/${kept.patient}/urgent/`;
  if (kept.twelve) {
    outbox.root.dataset.twelve = "";
    sheet.dataset.twelve = "";
  }
};

const fillSheet = (kept, at) => {
  // What an older diary gave the phone has one sentence for all.
  const prompts = kept.prompts ?? { team: kept.prompt, emergency: kept.prompt, crisis: kept.prompt };
  for (const [first, words] of Object.entries(prompts)) place(`prompt-${first}`).textContent = words;
  place("hospital").hidden = !kept.hospital?.some((day) => Math.abs(Date.parse(day) - Date.now()) < 2 * DAY);
  place("kept-at").textContent = when(at);
  Object.assign(sheet.dataset, { patient: kept.patient, name: kept.name, account: kept.account, zone: kept.zone });
  sheet.elements.id.value = crypto.randomUUID();
  document.getElementById(`unit-${kept.unit}`).defaultChecked = true;
  showNumbers(kept);
  showCrisis(kept);
  showTroubles(kept);
  showTellers(kept.told_by);
  showOwn(kept.own);
  mark(kept);
  // Another file's: should that one be missing, what there is to fill in is shown all the same.
  Promise.resolve().then(() => countWaiting(sheet)).catch(() => {});
  showFirst(kept);
  document.addEventListener("visibilitychange", () => mark(kept));
};

// Who may only read finds the numbers and what is urgent, and nothing to fill in.
const openDiary = (kept, at) => {
  const mayWrite = kept.may_write !== false;
  showWhose(kept);
  if (mayWrite) fillSheet(kept, at);
  showThread(kept).catch(() => {});
  place("nobody").hidden = true;
  sheet.hidden = !(isToday && mayWrite);
  document.title = sheet.hidden ? "Without a network" : "Today"; // names nobody: a phone lists it
  if (!sheet.hidden) {
    keep.opened().catch(() => {});
    return;
  }
  place("elsewhere").hidden = false;
  place("to-read").replaceChildren(...(mayWrite ? [] : kept.thread.numbers.map(callButton)));
  place("sent-later").hidden = !mayWrite;
  place("today").querySelector("a").href = `/p/${kept.patient}/`;
  place("today").hidden = !mayWrite;
};

const choose = (diaries) => {
  // In the order of the page of all diaries, and with the same dots.
  const orderOf = ({ name, created = "" }) => [name, created].join("\n");
  const inOrder = diaries.sort((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1));
  const links = inOrder.map(({ patient, name, initial, colour }) => {
    const link = place("diary").content.cloneNode(true).querySelector("a");
    link.href = `/p/${patient}/`;
    link.classList.add(colour);
    place("name-there", link).textContent = name;
    place("initial-there", link).textContent = initial;
    return link;
  });
  place("diaries").replaceChildren(...links);
  place("choose").hidden = links.length === 0;
};

// The patient of the address; without one the only diary, and where there are several none of them.
const begin = async () => {
  await outbox.ready;
  const rows = await vault.kept(outbox.account());
  const kept = await Promise.all(rows.map(async (row) => ({ at: row.at, content: await vault.read(row) })));
  const asked = /^\/p\/([0-9a-f-]{36})\//.exec(window.location.pathname)?.[1];
  const here = asked ? kept.find(({ content }) => content.patient === asked) : kept.length === 1 && kept[0];
  if (here) openDiary(here.content, here.at);
  else choose(kept.map(({ content }) => content));
};

place("elsewhere").hidden = isToday;
begin().catch(() => {}).finally(() => { page.dataset.ready = ""; });
place("again").addEventListener("click", () => window.location.reload());
