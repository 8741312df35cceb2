// The sentence written by finger: lines of points, kept in a hidden field and sent with the form.
"use strict";

const CLOSEST = 6; // points nearer than this to the last one say nothing new
const MOST = 7000;

const startWriting = (canvas) => {
  const kept = document.getElementById(canvas.dataset.keptIn);
  const pen = canvas.getContext("2d");
  let lines = [];
  try { lines = JSON.parse(kept.value || "[]"); } catch { kept.value = ""; }

  const draw = () => {
    pen.clearRect(0, 0, canvas.width, canvas.height);
    pen.lineWidth = 7;
    pen.lineCap = pen.lineJoin = "round";
    pen.strokeStyle = getComputedStyle(canvas).color;
    for (const line of lines) {
      pen.beginPath();
      pen.moveTo(...line[0]);
      for (const point of line.length > 1 ? line.slice(1) : line) pen.lineTo(...point);
      pen.stroke();
    }
  };
  const keep = () => { kept.value = lines.length ? JSON.stringify(lines) : ""; };
  const inside = (value, most) => Math.max(0, Math.min(most, Math.round(value)));
  const pointOf = ({ clientX, clientY }) => {
    const box = canvas.getBoundingClientRect();
    return [
      inside(((clientX - box.left) * canvas.width) / box.width, canvas.width),
      inside(((clientY - box.top) * canvas.height) / box.height, canvas.height),
    ];
  };
  let current = null;
  let points = lines.flat().length;
  const add = (event) => {
    const point = pointOf(event);
    const last = current.at(-1);
    if (points >= MOST || (last && Math.hypot(point[0] - last[0], point[1] - last[1]) < CLOSEST)) return;
    current.push(point);
    points += 1;
  };
  canvas.addEventListener("pointerdown", (event) => {
    if (!event.isPrimary || points >= MOST || lines.length >= 400) return;
    event.preventDefault();
    canvas.setPointerCapture(event.pointerId);
    current = [];
    lines.push(current);
    add(event);
    draw();
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!current) return;
    for (const each of event.getCoalescedEvents?.() ?? [event]) add(each);
    draw();
  });
  for (const end of ["pointerup", "pointercancel"]) {
    canvas.addEventListener(end, () => {
      current = null;
      keep();
    });
  }
  document.getElementById(canvas.dataset.clearedBy).addEventListener("click", () => {
    lines = [];
    points = 0;
    keep();
    draw();
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
  draw();
};

for (const canvas of document.querySelectorAll("canvas[data-kept-in]")) startWriting(canvas);
