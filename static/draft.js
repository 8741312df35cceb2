// What is half typed. It is kept on this phone, sealed like an entry that waits, so that a closed page,
// a session that ended or a crash loses nothing. It is offered again, never filled in unasked; it goes
// once the entry is saved. On a device that was said to be shared none is kept.
"use strict";

const draft = (() => {
  const PAUSE = 30; // first the prompt comes up, then this is written
  const OLD = 10 * 60 * 1000;
  // What stands in the form without anybody typing.
  const GIVEN = ["id", "opened", "shown", "enter", "q", "searched", "told_by", "unit", "own_kind"];
  const DENIED = "This phone cannot keep what is half typed. Save before you leave this page.";
  const isTyped = (fields) => fields.some(([name, value]) => !GIVEN.includes(name) && value !== "");
  let timer = 0;
  let isOn = false;
  let writing = Promise.resolve();

  const write = async () => {
    const { row, content } = keep.entry();
    if (isTyped(content.fields)) await vault.putDraft(row, { ...content, replaces: keep.form.dataset.replaces });
    else await vault.removeDraft(row.id);
  };

  const sayDenied = () => {
    if (document.getElementById("draft-denied")) return;
    const said = Object.assign(document.createElement("p"), { id: "draft-denied", className: "notice", textContent: DENIED });
    document.getElementById("messages").append(said);
  };

  // One after the other, so that an older state never takes the place of a newer one.
  const keepNow = () => {
    clearTimeout(timer);
    timer = 0;
    if (isOn) writing = writing.then(() => (isOn ? write() : undefined)).catch(sayDenied);
  };
  const keepSoon = () => { timer ||= setTimeout(keepNow, PAUSE); };

  // While an entry is being saved it is no longer half typed.
  const stop = () => {
    isOn = false;
    clearTimeout(timer);
    timer = 0;
    return writing;
  };
  const start = () => {
    isOn = !outbox.isShared;
    keepNow(); // what was typed before this could run
  };

  const goOn = async (row, content) => {
    const id = keep.form.elements.id;
    const before = id.value;
    id.value = row.id;
    if (before !== row.id) await vault.removeDraft(before);
    if (content.replaces) keep.form.dataset.replaces = content.replaces;
    const unseen = keep.fill(content.fields);
    const isDated = keep.form.elements.day.value || keep.form.elements.time.value;
    const isOld = Date.now() - row.at > OLD;
    if (isOld && !isDated) keep.dateIt(row.at);
    const about = isOld && !isDated ? `It is about ${outbox.when(row.at)}, when you typed it. For now, empty the day and the time.` : "";
    keep.tell(`What you had typed is here again, and is not saved yet. ${about} ${unseen} Look at it, then save it.`);
    keep.form.dispatchEvent(new Event("change", { bubbles: true }));
  };

  const card = (row, content) => {
    const item = outbox.part("half-typed").content.cloneNode(true).querySelector("section");
    const what = `${content.name}, typed ${outbox.when(row.at)}`;
    outbox.part("what", item).textContent = content.isUrgent ? `▲ With an urgent sign: ${what}` : what;
    outbox.part("again", item).addEventListener("click", () => {
      if (!keep.isFree()) return;
      item.remove();
      goOn(row, content);
    });
    outbox.part("delete", item).addEventListener("click", async () => {
      if (await outbox.ask("deleting")) await vault.removeDraft(row.id).then(() => item.remove());
    });
    return item;
  };

  // What this page shows already is not offered to it.
  const isShown = (row) => row.id === keep.form.elements.id.value && isTyped(keep.entry().content.fields);

  const offer = async () => {
    const { account, patient } = keep.form.dataset;
    const rows = (await vault.drafts()).filter((row) => row.account === account && row.patient === patient && !isShown(row));
    const cards = [];
    for (const row of rows.sort((a, b) => b.at - a.at)) {
      const content = await vault.read(row).catch(() => null);
      if (content) cards.push(card(row, content));
    }
    document.getElementById("messages").append(...cards);
  };

  // The card of a saved entry: what was half typed of it is in the diary now.
  const saved = /\/check-ins\/([0-9a-f-]{36})\/$/.exec(window.location.pathname)?.[1];
  if (saved) vault.removeDraft(saved).catch(() => {});

  if (keep.form) {
    keep.form.addEventListener("input", keepSoon);
    keep.form.addEventListener("change", keepNow);
    document.addEventListener("visibilitychange", () => document.hidden && keepNow());
    if (keep.form.dataset.patient) keep.opened().catch(() => {});
  }
  return { isTyped, offer, start, stop };
})();
