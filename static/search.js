// Finds symptoms while somebody types. The words of the list come when the field is entered, and from
// then on match at once, with or without a network; after a short pause the server says the order, and
// knows more. The words of a crisis (CRISIS_WORDS) came with the page and need neither.
"use strict";

const PAUSE = 250;
const OPENED = 3;
const PLURAL = /..[^sui]s$/;
const fold = (text) => text.toLowerCase().normalize("NFKD").replace(/[\u0300-\u036f]|['’‘ʼ`´]/g, "")
  .replace(/[^\p{L}\p{N}]+/gu, " ").trim()
  .replace(/\bcan ?not\b/g, "cant").replace(/\b(do|does|did|has|have|is|are|was) not\b/g, "$1nt")
  .replace(/\bwill not\b/g, "wont").replace(/\bi(m|ve)\b/g, "i").replace(/\b(he|she)s\b/g, "$1");

// Of each symptom; one in the family's own words, and each until these are here, goes by its name.
let listWords = null;
const wordsOf = (row) => listWords?.[row.id.replace("symptom-", "")] ?? row.querySelector("summary").textContent;

const knows = (row, word) => {
  const known = fold(wordsOf(row)).split(" ");
  return known.some((one) => one.startsWith(word) || (PLURAL.test(word) && one.startsWith(word.slice(0, -1))));
};

// The rows with at least half of the most words that one has; a word that no row has says nothing.
const plainly = (rows, typed) => {
  const words = typed.split(" ").filter((word) => word.length > 1);
  const counts = rows.map((row) => words.filter((word) => knows(row, word)).length);
  const most = Math.max(0, ...counts);
  return rows.filter((_, number) => counts[number] > 0 && counts[number] * 2 >= most);
};

// What was answered stays in sight, whatever is searched for next.
const isAnswered = (row) => row.querySelector(".scale :checked") !== null;

const search = (form) => {
  const field = form.querySelector('input[type="search"]');
  const symptoms = form.querySelector("#symptoms");
  if (!field || !symptoms) return;
  let rows = [];
  let homes = [];
  let opened = [];
  const part = (name) => form.querySelector(`[data-${name}]`);
  const crisis = part("crisis-words");
  const matches = drawn(ANSWER_PARTS.typed);
  let asked = 0;
  let isComing = false;

  // The page without a network gets its rows late: where they stand is noted when somebody types.
  const note = () => {
    rows = [...symptoms.querySelectorAll(".symptom")];
    homes = rows.map((row) => row.parentElement);
  };

  const show = (found, isUnknown) => {
    rows.forEach((row, number) => homes[number].append(row));
    matches.remove();
    for (const row of rows) row.hidden = found.length > 0 && !found.includes(row) && !isAnswered(row);
    part("unknown").hidden = !isUnknown;
    hideEmpty(found.length > 0);
    openLikeliest(found);
  };

  // Where nothing is found all of it is there; of what is found the likeliest stand open.
  const hideEmpty = (isFound) => {
    const shownRow = isFound ? ".symptom:not([hidden])" : ".symptom";
    for (const section of symptoms.querySelectorAll(".symptoms")) section.hidden = !section.querySelector(shownRow);
    const more = symptoms.querySelector(".more");
    more.hidden = !more.querySelector(shownRow);
    if (isFound) more.open = !more.hidden;
  };
  const openLikeliest = (found) => {
    for (const row of opened) row.open = isAnswered(row);
    opened = found.slice(0, OPENED).filter((row) => !row.open);
    for (const row of opened) row.open = true;
  };

  // The server's order, and below it what only this family calls so.
  const showInOrder = ({ slugs, question = "", temperature = false, crisis: isCrisis = false }, typed) => {
    const found = slugs.map((slug) => rows.find((row) => row.id === `symptom-${slug}`)).filter(Boolean);
    const own = plainly(rows, typed).filter((row) => row.closest("section")?.querySelector("#section-own"));
    show([...found, ...own], found.length + own.length === 0 && !temperature);
    if (found.length) {
      matches.querySelector(".tiles").append(...found);
      form.querySelector("#search").after(matches);
      hideEmpty(true);
    }
    part("question").textContent = question;
    part("question").hidden = !question;
    part("for-temperature").hidden = !temperature;
    if (isCrisis) crisis.hidden = false;
  };

  const ask = async (typed) => {
    const address = part("find")?.dataset.find;
    const mine = asked;
    if (!address || !typed) return;
    await new Promise((go) => { setTimeout(go, PAUSE); });
    if (mine !== asked) return;
    const body = new FormData();
    body.append("q", field.value);
    body.append("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    const answer = await fetch(address, { method: "POST", body, redirect: "error" });
    const told = answer.ok && (await answer.json());
    if (told && mine === asked) showInOrder(told, typed);
  };

  // Only where every word is here does none of them fitting say something.
  const look = () => {
    asked += 1;
    if (rows.length === 0) note();
    const typed = fold(field.value);
    const found = typed ? plainly(rows, typed) : [];
    crisis.hidden = !CRISIS_WORDS.some((phrase) => ` ${typed} `.includes(` ${phrase} `));
    part("question").hidden = true;
    part("for-temperature").hidden = true;
    show(found, Boolean(typed && listWords) && found.length === 0);
    if (typed) field.closest(".search").scrollIntoView({ block: "start" });
    else rows = [];
    ask(typed).catch(() => {});
  };

  // What was typed while they came is looked for then. Where they did not come, the next letter asks again.
  const bringWords = async () => {
    if (listWords || isComing) return;
    isComing = true;
    const answer = await fetch(part("words").dataset.words).catch(() => null);
    if (answer?.ok) listWords = await answer.json().catch(() => null);
    isComing = false;
    if (listWords && field.value) look();
  };

  field.addEventListener("focus", bringWords);
  field.addEventListener("input", () => {
    bringWords();
    look();
  });
  if (document.activeElement === field) bringWords();
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    form.querySelector('button[value="search"]').click();
  });
};

for (const form of document.querySelectorAll("form.answers")) search(form);
