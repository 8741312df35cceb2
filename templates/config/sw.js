// Keeps the files that every page needs, the urgent page and an empty page of today. A page of
// somebody who is logged in is never kept: pages always come from the server, or not at all.
"use strict";

const SHELL = "shell-{{ version }}";
const KEPT = {{ shell|safe }};
const PAGES = {{ pages|safe }};
// What a proxy answers while the diary behind it is away.
const AWAY = [502, 503, 504];
// Where somebody logs or needs help, the page that the phone keeps is worth more than one that says it broke.
const LOGGING = /^\/(p\/[0-9a-f-]{36}\/)?$/;
// Whoever looks after the diary wants the answer itself.
const HEALTH = /^\/(healthz|readyz)$/;
const URGENT = /^\/(p\/[0-9a-f-]{36}\/)?urgent\//;

// Asked for without cookies and without a language, so that they come as a stranger gets them: the
// page of urgent help of no country. What a page brought is not fetched a second time: the name of a file
// says what is in it.
const fetchShell = async () => {
  const cache = await caches.open(SHELL);
  const asked = KEPT.map((url) => new Request(url, {
    credentials: "omit", cache: Object.values(PAGES).includes(url) ? "reload" : "default", headers: { "Accept-Language": "*" },
  }));
  await cache.addAll(asked);
  await self.skipWaiting();
};

const dropOthers = async () => {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name !== SHELL).map((name) => caches.delete(name)));
  await self.clients.claim();
};

const kept = (url) => caches.match(url, { ignoreVary: true, ignoreSearch: true });

const page = async (request) => {
  const { pathname } = new URL(request.url);
  const isUrgent = URGENT.test(pathname);
  const instead = isUrgent ? PAGES.urgent : PAGES.offline;
  try {
    const answer = await fetch(request);
    const isAway = AWAY.includes(answer.status) || (answer.status === 500 && (isUrgent || LOGGING.test(pathname)));
    return isAway ? (await kept(instead)) ?? answer : answer;
  } catch (error) {
    const found = await kept(instead);
    if (found) return found;
    throw error;
  }
};

self.addEventListener("install", (event) => event.waitUntil(fetchShell()));
self.addEventListener("activate", (event) => event.waitUntil(dropOthers()));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin || HEALTH.test(url.pathname)) return;
  if (request.mode === "navigate") event.respondWith(page(request));
  else if (KEPT.includes(url.pathname) && !Object.values(PAGES).includes(url.pathname)) {
    event.respondWith(kept(url.pathname).then((found) => found ?? fetch(request)));
  }
});
