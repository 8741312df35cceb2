// The page of today without a network: the list that holds for anybody stands in the page; this adds
// what the phone keeps of one patient. It looks up what the server worked out, and holds no rules.
"use strict";

const DAY = 24 * 60 * 60 * 1000;
const page = document.getElementById("offline");
const sheet = document.querySelector("form.answers");
const place = (name, inside = document) => inside.querySelector(`[data-${name}]`);
const choiceFor = (key) => {
  const [symptom, answer] = key.split(":");
  return sheet.querySelector(`input[name="s-${symptom}"][value="${answer}"]`);
};

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
const mark = (kept) => {
  const { tables, isOld } = tablesNow(kept);
  for (const table of tables) {
    for (const key of table.urgent) choiceFor(key)?.setAttribute("data-level", "urgent");
    for (const key of table.emergency) choiceFor(key)?.setAttribute("data-emergency", "");
    for (const unit of ["C", "F"]) quiet[unit].add(table.quiet[unit]);
  }
  for (const unit of ["C", "F"]) {
    const patterns = [...quiet[unit]].map((pattern) => `(?=(?:${pattern})$)`);
    document.getElementById(`temperature-${unit}`).pattern = `${patterns.join("")}.*`;
  }
  place("old").hidden = !isOld;
};

const showNumbers = ({ numbers, team, card }) => {
  const buttons = numbers.map(({ kind, label, number, tel }) => {
    const button = place("call").content.cloneNode(true).querySelector("a");
    button.href = `tel:${tel}`;
    if (kind === "emergency") button.classList.add("emergency");
    place("label", button).textContent = label;
    place("number", button).textContent = number;
    return button;
  });
  place("numbers").replaceChildren(...buttons);
  place("no-team").hidden = numbers.some(({ kind }) => kind !== "emergency");
  for (const words of document.querySelectorAll("[data-team]")) words.textContent = team;
  place("card").hidden = !card;
  place("card-words").textContent = card;
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

// What is listed for the treatment comes first, as on the page with a network.
const showListed = (listed) => {
  const main = sheet.querySelector("section.symptoms");
  const rows = listed.map((slug) => document.getElementById(`symptom-${slug}`)).filter(Boolean);
  rows.reverse().forEach((row) => main.querySelector("h2").after(row));
  if (rows.length) main.querySelector("h2").textContent = "Listed for the treatment, and urgent for anybody";
};

const openDiary = (kept, at) => {
  for (const words of document.querySelectorAll("[data-name-here]")) words.textContent = kept.name;
  document.title = `Today – ${kept.name}`;
  place("initial").textContent = kept.initial;
  place("whose").className = `whose ${kept.colour}`;
  place("whose").hidden = false;
  place("prompt-words").textContent = kept.prompt;
  place("kept-at").textContent = new Date(at).toLocaleString("en-GB", { dateStyle: "medium", timeStyle: "short" });
  Object.assign(sheet.dataset, { patient: kept.patient, name: kept.name, account: kept.account, zone: kept.zone });
  sheet.elements.id.value = crypto.randomUUID();
  document.getElementById(`unit-${kept.unit}`).defaultChecked = true;
  showNumbers(kept);
  showTellers(kept.told_by);
  showListed(kept.listed);
  mark(kept);
  document.addEventListener("visibilitychange", () => mark(kept));
  sheet.hidden = false;
  place("nobody").hidden = true;
};

const choose = (diaries) => {
  const links = diaries.map(({ patient, name }) => {
    const link = Object.assign(document.createElement("a"), { href: `/p/${patient}/`, className: "card", textContent: name });
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

begin().catch(() => {}).finally(() => { page.dataset.ready = ""; });
place("again").addEventListener("click", () => window.location.reload());
