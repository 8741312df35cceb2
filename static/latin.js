// The name in Latin letters is asked for as soon as a name is typed that paper cannot show. Without this
// file the field is always there, and optional.
"use strict";

(() => {
  const field = document.querySelector("[data-undrawable]");
  const latin = document.getElementById("div_id_latin_name");
  if (!field || !latin) return;
  const lacks = new RegExp(`(?=[\\p{L}\\p{M}])[${field.dataset.undrawable}]`, "u");
  const isKept = Boolean(latin.querySelector("input").value || latin.querySelector("[aria-invalid]"));
  const look = () => { latin.hidden = !isKept && !lacks.test(field.value); };
  field.addEventListener("input", look);
  look();
})();
