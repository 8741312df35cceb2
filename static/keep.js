// Saving on the page of today: what is typed goes to this phone first, then to the server, and leaves
// the phone once the server has it. The same page without this file is sent as a plain form.
"use strict";

const keep = (() => {
  const SAVING = ["save", "nothing-new", "too-ill"];
  const form = document.querySelector("form.answers[data-keep]");
  const loaded = Date.now();

  // --- What the phone keeps for two weeks -----------------------------------------------------------

  const refresh = async () => {
    const { account, patient } = outbox.root.dataset;
    if (!account || !patient || outbox.isShared) return;
    await outbox.ready;
    const known = (await vault.kept(account)).find((row) => row.patient === patient);
    if (known && Date.now() - known.at < 10 * 1000 && known.at <= Date.now()) return;
    const answer = await fetch(`/p/${patient}/kept/`, { redirect: "manual", cache: "no-store" });
    if (!answer.ok) return;
    const content = await answer.json();
    if (content.account === account) await vault.keep(account, patient, content);
  };
  // A diary that one may no longer read, or write in, leaves the phone, whichever page is opened.
  const dropLost = async () => {
    const { account, patient } = outbox.root.dataset;
    if (!account) return;
    await outbox.ready;
    const others = (await vault.kept(account)).filter((row) => row.patient !== patient);
    const here = others.length ? await outbox.whoIsHere() : {};
    if (here.account !== account) return;
    for (const row of others) {
      // What an older diary gave the phone was for those who may write.
      const { may_write: was = true } = await vault.read(row).catch(() => ({}));
      if (here.diaries[row.patient] !== was) await vault.keepNoMore(account, row.patient);
    }
  };
  // Without a worker no page opens without a network, and nothing is kept.
  navigator.serviceWorker?.ready.then(refresh).catch(() => {});
  dropLost().catch(() => {});

  // --- Saving ---------------------------------------------------------------------------------------

  const buttonOf = (submitter) => {
    const asked = submitter?.value ?? "enter";
    if (asked !== "enter") return asked;
    if (form.elements.own_name?.value.trim()) return "own";
    const isSearch = (form.elements.q?.value ?? "") !== (form.elements.searched?.value ?? "");
    return isSearch ? "search" : form.elements.enter?.value ?? "save";
  };

  const promptOf = () => form.querySelector(".prompt");
  const isPrompting = () => getComputedStyle(promptOf()).display !== "none";

  // Bound at the moment of typing to the account and the patient of the page.
  const entry = (button) => {
    const given = [...new FormData(form)].filter(([name, value]) => name !== "csrfmiddlewaretoken" && name !== "do" && !(value instanceof File));
    const fields = button ? [...given, ["do", button]] : given;
    return {
      row: { id: form.elements.id.value, account: form.dataset.account, patient: form.dataset.patient, at: Date.now() },
      content: { name: form.dataset.name, fields, loaded, isUrgent: isPrompting() },
    };
  };

  // Not at once: while a form is being sent, a browser does not send it a second time.
  const plainly = (submitter) => {
    form.dataset.plain = "";
    setTimeout(() => form.requestSubmit(submitter));
  };

  // A prompt that stood there goes on standing, and interrupts as the card of a saved entry does.
  const standing = () => {
    const prompt = promptOf().cloneNode(true);
    const first = ["emergency", "crisis"].find((who) => form.querySelector(`[data-${who}]:checked`)) ?? "team";
    prompt.classList.add("always");
    prompt.dataset.first = first;
    prompt.setAttribute("role", "alertdialog");
    prompt.setAttribute("aria-label", prompt.querySelector(`strong.by-${first}`).textContent);
    prompt.tabIndex = -1;
    document.getElementById("first").replaceChildren(prompt);
    return prompt;
  };

  // The form is empty for the next entry.
  const keepOn = ({ isUrgent }) => {
    const start = isUrgent ? standing() : document.getElementById("outbox-heading");
    form.reset();
    form.elements.id.value = crypto.randomUUID();
    delete form.dataset.replaces;
    askNoMore();
    outbox.root.hidden = false;
    start.focus();
    (isUrgent ? document.body : outbox.root).scrollIntoView({ block: "start" });
  };

  const tell = (words) => {
    const said = document.getElementById("unreached");
    said.textContent = words;
    said.hidden = false;
    said.scrollIntoView({ block: "center" });
  };

  const NOT_KEPT = "Not saved: the diary cannot be reached, and this browser cannot keep it. Leave this page open and save again later. If it is urgent, call now.";
  const EMPTY = "Not saved. Nothing is filled in yet: choose an answer, or use “Nothing new”. If it is urgent, call now.";
  const LATER = "The diary cannot be reached. Everything you typed is still here.";

  const save = async (submitter, button) => {
    if (button === "too-ill") promptOf().classList.add("always");
    const { row, content } = entry(button);
    let isKept = true;
    await draft.stop();
    await vault.put(row, content, form.dataset.replaces).catch(() => { isKept = false; });
    if (isKept) navigator.storage?.persist?.().catch(() => {});
    const sent = isKept ? outbox.flush({ first: row.id }) : outbox.sendUnkept(row, content);
    const result = await sent.catch(() => ({ became: "away" }));
    if (result.became === "saved") window.location.assign(result.url);
    else if (result.became === "refused" && "opened" in form.elements && form.elements.opened.value) plainly(submitter);
    else if (isKept) {
      await outbox.show(outbox.SAID[result.became]);
      keepOn(content);
      draft.start();
    } else {
      tell(NOT_KEPT);
      draft.start();
    }
  };

  // Another button draws the page anew: only where there is somebody to draw it.
  const askServer = async (submitter, button) => {
    const isThere = await fetch("/device/", { redirect: "manual", cache: "no-store" }).then(({ ok }) => ok, () => false);
    if (isThere && form.elements.opened.value) plainly(submitter);
    else {
      if (button === "short") promptOf().classList.add("always");
      tell(LATER);
    }
  };

  // There is nothing to keep: the page says what is missing, and nothing waits on the phone. A time
  // and blanks alone are not an entry either.
  const says = ([name, value]) => !["day", "time"].includes(name) && value.trim() !== "";
  const isEmpty = (button) => button === "save" && !draft.isTyped(entry().content.fields.filter(says));
  const refuseEmpty = async (submitter) => {
    const isThere = await fetch("/device/", { redirect: "manual", cache: "no-store" }).then(({ ok }) => ok, () => false);
    if (isThere && form.elements.opened.value) plainly(submitter);
    else tell(EMPTY);
  };

  let isBusy = false;
  const onSubmit = async (event) => {
    if ("plain" in form.dataset) return;
    const hasFile = [...new FormData(form).values()].some((value) => value instanceof File && value.size > 0);
    if (hasFile) return;
    event.preventDefault();
    if (isBusy) return;
    isBusy = true;
    const button = buttonOf(event.submitter);
    try {
      if (isEmpty(button)) await refuseEmpty(event.submitter);
      else await (SAVING.includes(button) ? save(event.submitter, button) : askServer(event.submitter, button));
    } catch {
      // Something of a script is missing or broke: it is sent as the plain form that it is.
      plainly(event.submitter);
    } finally {
      isBusy = false;
    }
  };

  // --- Editing what waits ---------------------------------------------------------------------------

  const OF_THE_PAGE = ["id", "opened", "shown", "enter", "q", "searched", "do"];
  const CARRIED = "It has answers that this page does not show; they stay with it.";

  // An answer that has no place on this page goes along unseen.
  const carry = (name, value) => {
    const field = Object.assign(document.createElement("input"), { type: "hidden", name, value });
    field.dataset.carried = "";
    form.append(field);
  };
  const dropCarried = () => form.querySelectorAll("[data-carried]").forEach((field) => field.remove());

  // Returns words about what does not show. The form is empty before.
  const fill = (fields) => {
    dropCarried();
    for (const [name, value] of fields.filter(([one]) => !OF_THE_PAGE.includes(one))) {
      const places = form.querySelectorAll(`[name="${CSS.escape(name)}"]`);
      if (places.length === 0 && value !== "") carry(name, value);
      for (const field of places) {
        if (name.startsWith("temperature-")) field.classList.add("given");
        if (field.type === "radio" || field.type === "checkbox") field.checked = field.value === value;
        else field.value = value;
      }
    }
    for (const part of form.querySelectorAll("details:has(input:checked)")) part.open = true;
    return form.querySelector("[data-carried][name^='s-']") ? CARRIED : "";
  };

  // What is typed here is neither mixed with another entry nor overwritten by it.
  const isFree = () => {
    const free = !draft.isTyped(entry().content.fields);
    if (!free) tell("You have typed something here that is not saved. Save that first, then go on with the other entry.");
    return free;
  };

  // So that the same link leads here again.
  const askNoMore = () => { if (window.location.hash) history.replaceState(null, "", window.location.pathname + window.location.search); };

  // The time it was typed stays, unless another one is given; under an id that is taken it would only
  // be refused again.
  const editAsked = async () => {
    const id = /^#entry=([0-9a-f-]{36})$/.exec(window.location.hash)?.[1];
    const row = id && (await vault.unsent()).find((one) => one.id === id);
    if (!row || row.patient !== form.dataset.patient || row.account !== form.dataset.account) return;
    const content = await vault.read(row);
    if (!isFree()) {
      askNoMore();
      return;
    }
    const unseen = fill(content.fields);
    form.dataset.replaces = id;
    form.elements.id.value = content.isTaken ? crypto.randomUUID() : id;
    if (!form.elements.time.value) dateIt(row.at);
    tell(`This is the entry that waits on this phone. Change what you like, and save it. ${unseen}`);
  };

  const dateIt = (at) => {
    const [day, time] = new Intl.DateTimeFormat("sv-SE", {
      timeZone: form.dataset.zone, dateStyle: "short", timeStyle: "short",
    }).format(at).split(" ");
    form.elements.day.value = day;
    form.elements.time.value = time;
    const fold = form.elements.day.closest("details");
    if (fold) fold.open = true;
  };

  // Called once the page knows whose it is.
  const opened = async () => {
    await outbox.ready;
    await editAsked().catch(() => {});
    draft.start();
    await draft.offer();
  };

  form?.addEventListener("submit", onSubmit);
  form?.addEventListener("reset", dropCarried);
  if (form) window.addEventListener("hashchange", () => editAsked().catch(() => {}));
  return { dateIt, entry, fill, form, isFree, opened, tell };
})();
