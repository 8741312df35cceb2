// Suggests the time zone that this device is set to, where none is chosen yet.
"use strict";

const zone = document.querySelector("select[name=zone]");
const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
if (zone && !zone.value && zone.querySelector(`option[value="${CSS.escape(here)}"]`)) zone.value = here;
