// What this phone keeps of a diary, sealed with AES-GCM. The key never leaves the browser's own
// store: no script can read it, only use it. Each piece is bound to its account and its patient.
"use strict";

const vault = (() => {
  // A store that never answers counts as none; it is waited for once, and not for every piece.
  let isSilent = false;
  const open = () => new Promise((resolve, reject) => {
    if (isSilent) throw new Error("no answer");
    const asked = indexedDB.open("diary", 1);
    asked.onupgradeneeded = () => {
      asked.result.createObjectStore("keys");
      asked.result.createObjectStore("here");
      asked.result.createObjectStore("kept", { keyPath: ["account", "patient"] });
      asked.result.createObjectStore("unsent", { keyPath: "id" });
      asked.result.createObjectStore("drafts", { keyPath: "id" });
    };
    const limit = setTimeout(() => {
      isSilent = true;
      reject(new Error("no answer"));
    }, 3000);
    asked.onsuccess = () => {
      clearTimeout(limit);
      if (isSilent) asked.result.close();
      isSilent = false;
      resolve(asked.result);
    };
    asked.onerror = asked.onblocked = () => {
      clearTimeout(limit);
      reject(asked.error ?? new Error("blocked"));
    };
  });

  // One transaction, over only once it is on the disk.
  const within = async (stores, mode, act, durability = "strict") => {
    const database = await open();
    try {
      return await new Promise((resolve, reject) => {
        const transaction = database.transaction(stores, mode, { durability });
        const asked = act(...stores.map((name) => transaction.objectStore(name)));
        transaction.oncomplete = () => resolve(asked?.result);
        transaction.onerror = transaction.onabort = () => reject(transaction.error);
      });
    } finally {
      database.close();
    }
  };

  const findKey = (account) => within(["keys"], "readonly", (keys) => keys.get(account));
  const makeKey = async (account) => {
    const known = await findKey(account);
    if (known) return known;
    const made = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
    // Two tabs may come here together: the first one's key counts.
    await within(["keys"], "readwrite", (keys) => {
      keys.get(account).onsuccess = ({ target }) => { if (!target.result) keys.put(made, account); };
    });
    return findKey(account);
  };

  const bound = ({ account, patient, id = "" }) => new TextEncoder().encode(`${account}|${patient}|${id}`);
  const seal = async (row, content) => {
    const key = await makeKey(row.account);
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const text = new TextEncoder().encode(JSON.stringify(content));
    const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData: bound(row) }, key, text);
    return { ...row, iv, sealed };
  };
  const read = async (row) => {
    const key = await findKey(row.account);
    const text = await crypto.subtle.decrypt({ name: "AES-GCM", iv: row.iv, additionalData: bound(row) }, key, row.sealed);
    return JSON.parse(new TextDecoder().decode(text));
  };

  const unsent = () => within(["unsent"], "readonly", (rows) => rows.getAll());
  const drafts = () => within(["drafts"], "readonly", (rows) => rows.getAll());

  // Without its key it could never be read again: then it counts as not kept.
  const needKey = (keys, { account }) => {
    keys.get(account).onsuccess = ({ target }) => { if (!target.result) target.transaction.abort(); };
  };
  // An entry that takes the place of another, or of its draft, comes in as the other goes.
  const put = async (row, content, replaced) => {
    const sealed = await seal(row, content);
    await within(["unsent", "drafts", "keys"], "readwrite", (rows, halves, keys) => {
      needKey(keys, row);
      rows.put(sealed);
      halves.delete(row.id);
      if (replaced && replaced !== row.id) rows.delete(replaced);
    });
  };
  const remove = (id) => within(["unsent"], "readwrite", (rows) => rows.delete(id));

  // What the server answered is about what was sent: an entry that was edited meanwhile stays as it is.
  const settle = async (row, content) => {
    const sealed = content && await seal(row, content);
    await within(["unsent"], "readwrite", (rows) => {
      rows.get(row.id).onsuccess = ({ target: { result: now } }) => {
        if (String(now?.iv) !== String(row.iv)) return;
        if (sealed) rows.put(sealed);
        else rows.delete(row.id);
      };
    });
  };

  const putDraft = async (row, content) => {
    const sealed = await seal(row, content);
    await within(["drafts", "keys"], "readwrite", (halves, keys) => {
      needKey(keys, row);
      halves.put(sealed);
    }, "relaxed"); // at each key stroke: it outlives the browser, if not the battery
  };
  const removeDraft = (id) => within(["drafts"], "readwrite", (halves) => halves.delete(id));

  const keep = async (account, patient, content) => {
    const sealed = await seal({ account, patient, at: Date.now() }, content);
    await within(["kept"], "readwrite", (rows) => rows.put(sealed));
  };
  const kept = async (account) => {
    const rows = await within(["kept"], "readonly", (all) => all.getAll());
    return rows.filter((row) => row.account === account);
  };

  const keepNoMore = (account, patient) => within(["kept"], "readwrite", (rows) => rows.delete([account, patient]));

  // What was kept for an account goes; what was typed and is not in the diary, and the key to it, stay.
  const forget = (account) => within(["keys", "kept", "here", "unsent", "drafts"], "readwrite", (keys, rows, here, waiting, halves) => {
    rows.delete(IDBKeyRange.bound([account], [account, []]));
    here.delete("account");
    const isOurs = (row) => row.account === account;
    waiting.getAll().onsuccess = ({ target: { result: entries } }) => {
      halves.getAll().onsuccess = ({ target: { result: typed } }) => {
        if (![...entries, ...typed].some(isOurs)) keys.delete(account);
      };
    };
  });

  const account = () => within(["here"], "readonly", (here) => here.get("account"));
  // Of two people who share a phone, only the last one's diaries open without a network; on a device
  // that was said to be shared nobody's do.
  const isHere = async (now, { isShared }) => {
    const before = await account();
    if (before && (isShared || before !== now)) await forget(before);
    if (!isShared && before !== now) await within(["here"], "readwrite", (here) => here.put(now, "account"));
  };

  return { account, drafts, forget, isHere, keep, keepNoMore, kept, put, putDraft, read, remove, removeDraft, settle, unsent };
})();
