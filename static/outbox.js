// What was typed and is not in the diary yet. It stays on this phone, in sight, until the server says
// that it is saved, or a person deletes it.
"use strict";

const outbox = (() => {
  const root = document.getElementById("outbox");
  // Nobody needs these without a script, so that they come with it, and not with every page.
  root.innerHTML = OUTBOX_PARTS.list;
  root.insertAdjacentHTML("afterend", OUTBOX_PARTS.asks);
  const part = (name, inside = root) => inside.querySelector(`[data-${name}]`);
  const HOUR = 60 * 60 * 1000;
  const WAITS = "Not saved in the diary yet. It stays on this phone until you are online.";
  const SAID = {
    full: "The diary cannot write now: its disk may be full. Your entry is kept on this phone, and is sent again later. Tell the person who runs the diary.",
    failed: "The diary had an error. Your entry is kept on this phone, and is sent again later.",
    away: "The diary cannot be reached. Your entry is kept on this phone, and is sent when it can.",
    login: "You are logged out. Your entry is kept on this phone.",
    other: "Somebody else is logged in. It is sent when the one who typed it logs in on this phone.",
    refused: "Refused: the diary did not take it. Only this phone has it. See below what to do.",
  };
  const STUCK = "Refused: the diary did not take this. It is not sent again by itself. Edit it and save it again, or save a copy.";
  const DENIED = "You may no longer write in this diary. Save a copy for the one who may.";
  const UNREADABLE = "The diary cannot read it. Edit it and save it again. Does that not help? Save a copy for the care team, then delete it.";
  const FULL = "The diary cannot write now. It is tried again.";
  const FAILED = "The diary had an error. It is tried again.";
  const isShared = "shared" in root.dataset;
  let account = root.dataset.account;

  // --- Sending -----------------------------------------------------------------------------------

  const whoIsHere = async () => {
    const answer = await fetch("/device/", { redirect: "manual", cache: "no-store", signal: AbortSignal.timeout?.(10000) });
    if (answer.type === "opaqueredirect" || answer.status === 401) return { failed: "login" };
    return answer.ok ? answer.json() : { failed: "away" };
  };

  const post = (row, content, token) => {
    const body = new URLSearchParams(content.fields);
    const times = { typed: row.at, loaded: content.loaded, sent: Date.now() };
    for (const [name, at] of Object.entries(times)) body.set(name, new Date(at).toISOString());
    body.set("account", row.account);
    body.set("id", row.id);
    if (content.isUrgent) body.set("prompted", "1");
    return fetch(`/p/${row.patient}/send/`, {
      method: "POST", body, redirect: "manual", headers: { "X-CSRFToken": token }, signal: AbortSignal.timeout?.(20000),
    });
  };

  // Returns what became of it: saved (with its address), refused, login or away.
  const send = async (row, content, token) => {
    const answer = await post(row, content, token);
    const isJson = answer.headers.get("Content-Type")?.startsWith("application/json");
    const told = isJson ? await answer.json() : {};
    if (answer.ok && told.id === row.id) return { became: "saved", ...told };
    if (answer.type === "opaqueredirect" || answer.status === 401) return { became: "login" };
    if (answer.status === 403 && told.said) return { became: "refused", said: told.said }; // somebody else is logged in
    if ([403, 404].includes(answer.status)) return { became: "refused", said: DENIED, isStuck: true };
    if (answer.status >= 400 && answer.status < 500 && ![408, 429].includes(answer.status)) {
      return { became: "refused", said: told.said ?? UNREADABLE, isStuck: true, isTaken: answer.status === 409 };
    }
    if (answer.status === 503) setTimeout(flush, 1000 * (Number(answer.headers.get("Retry-After")) || 60));
    if (answer.status === 507) return { became: "full", said: FULL };
    return { became: "failed", said: FAILED };
  };

  const settle = async (row, content, result) => {
    if (result.became === "saved") await vault.settle(row);
    else if (result.said) await vault.settle(row, { ...content, said: result.said, isStuck: result.isStuck, isTaken: result.isTaken });
    return result;
  };

  // What the server looked at and did not take waits for a person, not for the network.
  const readable = async (rows, { first, isAsked }) => {
    const read = [];
    for (const row of rows) {
      const content = await vault.read(row).catch(() => null);
      if (content && (isAsked || row.id === first || !content.isStuck)) read.push([row, content]);
    }
    return read;
  };

  // One tab at a time sends what waits, the given entry first. Returns what became of that one.
  const flush = ({ first, isAsked = false } = {}) => navigator.locks.request("outbox", async () => {
    const rows = (await vault.unsent()).sort((a, b) => (b.id === first) - (a.id === first) || a.at - b.at);
    const waiting = await readable(rows.filter((row) => row.account === account), { first, isAsked });
    let became = { became: "away" };
    try {
      const here = waiting.length ? await whoIsHere() : {};
      if (here.failed) became = { became: here.failed };
      else if (here.account !== account) became = { became: "other" };
      for (const [row, content] of here.account === account ? waiting : []) {
        const result = await settle(row, content, await send(row, content, here.token));
        if (row.id === first) became = result;
        else if (result.became === "saved") sayAlsoSaved(result, content);
      }
    } catch {
      // The network went away in between: whatever was not acknowledged is still here.
    }
    await show(first || isAsked ? SAID[became.became] : undefined);
    return became;
  });

  // Without a store it is sent from memory, and only the page still has it if that fails.
  const sendUnkept = async (row, content) => {
    const here = await whoIsHere();
    if (here.failed) return { became: here.failed };
    return here.account === row.account ? send(row, content, here.token) : { became: "other" };
  };

  // --- Showing -----------------------------------------------------------------------------------

  // As in the country of the diary; on a page of nobody's, as in the language of the page.
  const when = (at) => new Date(at).toLocaleString(document.documentElement.lang, {
    dateStyle: "medium", timeStyle: "short", hour12: "twelve" in root.dataset || undefined,
  });

  const line = async (row) => {
    const item = part("waiting").content.cloneNode(true).querySelector("li");
    let content = null;
    try {
      content = await vault.read(row);
    } catch {
      part("what", item).textContent = `Typed ${when(row.at)}`;
      part("why", item).textContent = "This phone can no longer read it.";
      part("edit", item).remove();
    }
    if (content) {
      part("what", item).textContent = `${content.isUrgent ? "▲ Urgent: " : ""}${content.name}, typed ${when(row.at)}`;
      part("why", item).textContent = `${content.isStuck ? "Refused. " : ""}${content.said ?? ""}`;
      part("edit", item).href = `/p/${row.patient}/#entry=${row.id}`;
    }
    part("delete", item).addEventListener("click", async () => {
      if (await ask("deleting")) await vault.remove(row.id).then(() => show());
    });
    return item;
  };

  // What the server did not take and gave back stands in the page, with its problems: it is not said a
  // second time. It stays on this phone all the same, until it is saved.
  const withoutShown = async (rows) => {
    const form = document.querySelector("form.answers[data-given-back]");
    const id = form?.dataset.replaces ?? form?.elements.id.value;
    const row = rows.find((one) => one.id === id);
    const content = row && await vault.read(row).catch(() => null);
    return content?.isStuck ? rows.filter((one) => one !== row) : rows;
  };

  const show = async (said) => {
    const rows = (await withoutShown(await vault.unsent())).sort((a, b) => a.at - b.at);
    const mine = rows.filter((row) => row.account === account);
    const others = rows.length - mine.length;
    const oldest = Math.max(0, ...mine.map((row) => Date.now() - row.at));
    root.hidden = rows.length === 0;
    part("count").textContent = rows.length;
    const contents = await Promise.all(mine.map((row) => vault.read(row).catch(() => null)));
    const isStuck = contents.length > 0 && contents.every((content) => content?.isStuck);
    part("login").hidden = said !== SAID.login;
    part("login").querySelector("a").search = new URLSearchParams({ next: window.location.pathname });
    part("said").textContent = said ?? (isStuck ? STUCK : WAITS);
    root.querySelector('[data-older="day"]').hidden = oldest < 24 * HOUR || oldest >= 120 * HOUR;
    root.querySelector('[data-older="days"]').hidden = oldest < 120 * HOUR;
    part("others").hidden = others === 0;
    part("others").textContent = `${others} typed by somebody else who uses this phone. They are sent when that person logs in.`;
    part("list").replaceChildren(...(await Promise.all(mine.map(line))));
  };

  // As urgent as a card, with its number, and on top of the page as one.
  const announce = ({ word, heading, said, numbers }, url) => {
    const card = part("late", document).content.cloneNode(true).querySelector("section");
    for (const [name, words] of Object.entries({ word, heading, said })) part(name, card).textContent = words;
    part("open", card).href = url;
    const call = part("dial", card);
    call.hidden = numbers.length === 0;
    for (const { label, number, tel } of numbers) {
      call.href = `tel:${tel}`;
      part("label", call).textContent = label;
      part("number", call).textContent = number;
    }
    const standing = document.querySelector("#first > .prompt");
    if (standing) {
      standing.replaceWith(card);
      card.tabIndex = -1;
      card.focus();
    } else document.getElementById("first").append(card);
  };

  // A prompt that stood there is not taken back, whatever the diary says of the entry.
  const sayAlsoSaved = ({ url, call }) => {
    if (call) announce(call, url);
    else {
      const said = Object.assign(document.createElement("p"), { className: "notice" });
      said.append("An entry that waited is saved in the diary. ", Object.assign(document.createElement("a"), { href: url, textContent: "Open it" }));
      document.getElementById("messages").append(said);
    }
    const away = document.querySelector("[data-away]"); // the page without a network says so no longer
    if (away) away.textContent = "The diary can be reached again.";
  };

  const ask = (name) => new Promise((resolve) => {
    const dialog = part(name, document);
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
    dialog.returnValue = "";
    dialog.showModal();
  });

  const saveCopy = async () => {
    const rows = (await vault.unsent()).filter((row) => row.account === account);
    const copies = await Promise.all(rows.map(async (row) => {
      const { name, fields, said } = await vault.read(row);
      return { id: row.id, patient: row.patient, name, typed: new Date(row.at).toISOString(), said, answers: fields };
    }));
    const file = new Blob([JSON.stringify(copies, null, 2)], { type: "application/json" });
    const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(file), download: "not-yet-in-the-diary.json" });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60000);
  };

  // --- Logging out --------------------------------------------------------------------------------

  const leave = async (form) => {
    await flush();
    const rows = [...await vault.unsent(), ...await vault.drafts()];
    const mine = rows.filter((row) => row.account === account);
    part("count", part("leaving", document)).textContent = mine.length;
    if (mine.length && !(await ask("leaving"))) return;
    await vault.forget(account);
    form.submit();
  };
  // A form without an address of its own has that of its page: the questions, which close themselves,
  // are not posts.
  const isLogOut = ({ method, action }) => method === "post" && new URL(action).pathname === "/account/logout/";
  let isLeaving = false;
  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (!isLogOut(form)) return;
    event.preventDefault();
    if (isLeaving) return;
    isLeaving = true;
    await leave(form).catch(() => form.submit());
    isLeaving = false;
  });

  // --- When ---------------------------------------------------------------------------------------

  const start = async () => {
    if (account) await vault.isHere(account, { isShared });
    else account = (await vault.account()) ?? "";
    await flush();
  };
  const again = () => flush().catch(() => {});
  // Nothing tells a phone that stayed in its network that the diary is back: it asks, ever less often.
  let pause = 30000;
  const lookAgain = async () => {
    const rows = document.hidden ? [] : (await vault.unsent()).filter((row) => row.account === account);
    if ((await readable(rows, {})).length && !(await whoIsHere()).failed) await flush();
  };
  const keepLooking = () => setTimeout(async () => {
    await lookAgain().catch(() => {});
    pause = Math.min(2 * pause, 10 * 60000);
    keepLooking();
  }, pause);
  part("send").addEventListener("click", () => flush({ isAsked: true }).catch(() => {}));
  part("copy").addEventListener("click", () => saveCopy());
  window.addEventListener("online", again);
  document.addEventListener("visibilitychange", () => document.hidden || again());
  // A browser without a store: nothing is kept, and the form is sent as ever.
  const ready = start().catch(() => {});
  keepLooking();

  return { ask, flush, isShared, part, ready, root, sendUnkept, show, when, whoIsHere, SAID, account: () => account };
})();
