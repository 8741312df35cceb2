// When it began is asked of a symptom that has an answer; the style shows it then. The server draws it for
// those that came with one. For all the others it is drawn once, and travels with this script.
"use strict";

const drawn = (html) => new DOMParser().parseFromString(html, "text/html").body.firstElementChild;

const askWhenItBegan = (form) => {
  const asks = drawn(ANSWER_PARTS.began);
  for (const row of form.querySelectorAll(".symptom > fieldset")) {
    if (row.querySelector(".began")) continue;
    const fields = asks.cloneNode(true);
    for (const field of fields.querySelectorAll("[name]")) field.name += row.parentElement.id.replace("symptom-", "");
    row.append(fields);
  }
};

for (const form of document.querySelectorAll("form.answers")) askWhenItBegan(form);
