// On the page of urgent help that is the same for everybody: first the numbers of each family whose
// diary this phone keeps, then the emergency number of the country in the address. The worker shows the
// one page at every such address while there is no network.
"use strict";

(() => {
  const place = (name, inside = document) => inside.querySelector(`[data-${name}]`);

  const callButton = ({ kind, label, number, tel, who = "" }) => {
    const button = place("call").content.cloneNode(true).querySelector("a");
    const words = button.firstElementChild;
    button.href = `tel:${tel}`;
    if (kind === "emergency") button.classList.add("emergency");
    words.firstChild.data = `${label} `;
    words.querySelector(".number").textContent = number;
    words.querySelector(".who-answers").textContent = who;
    return button;
  };

  const family = ({ name, thread }) => {
    const section = place("family").content.cloneNode(true).querySelector("section");
    place("family-heading", section).textContent = `Numbers for ${name}`;
    section.querySelector(".numbers").replaceChildren(...thread.numbers.map(callButton));
    return section;
  };

  // The diary of the address; without one, all of them.
  const showFamilies = async () => {
    const rows = await vault.kept(await vault.account());
    const kept = await Promise.all(rows.map((row) => vault.read(row)));
    const asked = /^\/p\/([0-9a-f-]{36})\//.exec(window.location.pathname)?.[1];
    const shown = asked ? kept.filter(({ patient }) => patient === asked) : kept;
    place("families").replaceChildren(...shown.map(family));
    place("families").hidden = shown.length === 0;
  };

  const showCountry = () => {
    const code = /^\/urgent\/([a-z]{2})\//i.exec(window.location.pathname)?.[1].toLowerCase();
    const listed = code && document.querySelector(`[data-country="${code}"]`);
    if (!listed || place("here").querySelector("a.call")) return;
    const { number, name } = listed.dataset;
    place("here").prepend(callButton({ label: "Call the emergency number", number, tel: number, who: name }));
    place("here").querySelector(".strong")?.remove();
  };

  showCountry();
  showFamilies().catch(() => {}).finally(() => { place("families").dataset.ready = ""; });
})();
