// On the page of urgent help that is the same for everybody: first the numbers of each family whose
// diary this phone keeps, then the emergency number of the country in the address, and what is urgent for
// each of these persons above what is for anybody. The worker shows the one page at every such address while
// there is no network.
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

  const group = ({ heading, symptoms }) => {
    const part = place("group").content.cloneNode(true).querySelector("div");
    part.querySelector("h3").textContent = heading;
    part.querySelector("ul").replaceChildren(...symptoms.map((words) => {
      const item = document.createElement("li");
      item.textContent = words;
      return item;
    }));
    return part;
  };

  const signsOf = ({ name, urgent: { line, signs } }) => {
    const section = place("signs-of").content.cloneNode(true).querySelector("section");
    place("signs-heading", section).textContent = `Urgent for ${name}`;
    place("line", section).textContent = `Fever is urgent for ${name} from ${line}.`;
    section.append(...signs.map(group));
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
    const known = shown.filter(({ urgent }) => urgent); // not of what an older diary gave the phone
    place("signs").replaceChildren(...known.map(signsOf));
    place("signs").hidden = known.length === 0;
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
