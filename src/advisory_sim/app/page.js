// The live page: one question at a time. A question is what stands in the controls; its answer comes in lines, each from
// more futures. A new question breaks the one before it off, and what still comes of that is not shown.
"use strict";

const start = JSON.parse(document.body.dataset.start);
const $ = (id) => document.getElementById(id);
const fields = [...document.querySelectorAll("[data-key]")];
const sliders = [...document.querySelectorAll("[data-for]")];
const NUMBER = /(?<![\w.])\d+(?:\.\d+)?/g;
const PAUSE = 50; // milliseconds without a move before a question is asked

// ---- what is asked

const valueOf = (field) => (field.type === "checkbox" ? (field.checked ? "yes" : "no") : field.value);

function put(field, value) {
  if (field.type === "checkbox") field.checked = value === "yes";
  else field.value = value;
  const slider = sliders.find((s) => s.dataset.for === field.id);
  const numbers = value.match(NUMBER) || [];
  if (slider && value === field.dataset.file) slider.value = slider.dataset.start;
  else if (slider && slider.dataset.of === "number" && numbers.length === 1) slider.value = numbers[0];
}

function question() {
  const values = {};
  rule();
  for (const field of fields) {
    const changed = valueOf(field).trim() !== field.dataset.file;
    field.classList.toggle("changed", changed);
    if (changed && !field.disabled) values[field.dataset.key] = valueOf(field);
  }
  return { option: start.option, values };
}

function rule() { // the settings of a decision that is not taken count for nothing
  for (const box of fields.filter((field) => field.type === "checkbox")) {
    for (const other of box.closest("details").querySelectorAll("input")) other.disabled = other !== box && !box.checked;
  }
}

function restore() {
  let values = {};
  try {
    values = JSON.parse(decodeURIComponent(location.hash.slice(1)) || "{}");
  } catch { /* a link that was cut: the file's own plan */ }
  for (const field of fields) {
    const value = values && values[field.dataset.key];
    put(field, typeof value === "string" ? value : field.dataset.file);
  }
}

function slid(slider) {
  const field = $(slider.dataset.for);
  const file = field.dataset.file;
  const most = file.includes("%") ? 100 : Infinity;
  const scaled = (text) => {
    const digits = (text.split(".")[1] || "").length;
    return String(Math.min(most, +((text * slider.value) / 100).toFixed(digits)));
  };
  field.value = file.replace(NUMBER, slider.dataset.of === "all" ? scaled : () => slider.value);
}

// ---- asking

let serial = 0;
let waiting = 0;
let under = new AbortController();

function soon() {
  serial += 1; // what is under way is old from here on
  under.abort();
  $("answers").classList.add("old");
  clearTimeout(waiting);
  waiting = setTimeout(ask, PAUSE);
}

async function ask() {
  const mine = serial;
  const asked = question();
  under = new AbortController();
  const text = JSON.stringify(asked);
  const changed = Object.keys(asked.values).length;
  history.replaceState(null, "", changed ? `#${encodeURIComponent(JSON.stringify(asked.values))}` : location.pathname + location.search);
  for (const file of ["yaml", "csv"]) $(file).href = `explored.${file}?question=${encodeURIComponent(text)}`;
  $("link").href = location.href;
  try {
    const response = await fetch("ask", {
      method: "POST", headers: { "Content-Type": "application/json" }, body: text, signal: under.signal,
    });
    if (response.status === 422) {
      const { problems } = await response.json();
      if (mine === serial) refuse(problems);
      return;
    }
    if (!response.ok) throw new Error(`${response.status}`);
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = "";
    let answered = 0;
    for (;;) {
      const { value, done } = await reader.read();
      if (mine !== serial) return;
      if (done) break;
      const lines = (rest + value).split("\n");
      rest = lines.pop();
      if (lines.length) {
        answered = lines.length;
        show(JSON.parse(lines.at(-1)));
      }
    }
    if (!answered) throw new Error("no answer");
  } catch (wrong) {
    if (mine === serial && wrong.name !== "AbortError") {
      say(`No answer came (${wrong.message}). Has the program ended? Start it again, and reload.`);
    }
  }
}

// ---- what is shown

const say = (text) => { if ($("status").textContent !== text) $("status").textContent = text; };

function refuse(problems) {
  const general = [];
  clear();
  for (const { key, problem } of problems) {
    const field = fields.find((f) => f.dataset.key === key);
    if (!field) {
      general.push(problem);
      continue;
    }
    field.setAttribute("aria-invalid", "true");
    field.closest("details").open = true;
    $(field.getAttribute("aria-describedby")).textContent = problem;
  }
  $("problem").textContent = general.join("\n");
  say("Not simulated: a setting is wrong. Below is the last answer.");
}

function clear() {
  $("problem").textContent = "";
  for (const field of fields) {
    field.removeAttribute("aria-invalid");
    $(field.getAttribute("aria-describedby")).textContent = "";
  }
}

function show(answer) {
  clear();
  $("answers").classList.remove("old");
  const all = answer.replications >= answer.asked;
  say(`${answer.replications} of ${answer.asked} futures${all ? "." : "; more are under way."}`);
  $("changes").replaceChildren(...(answer.changes.length ? answer.changes : ["As in the file."]).map((text) => make("li", text)));
  $("measures").replaceChildren(...answer.measures.map((m) => row(m.name, m.file, m.explored, m.difference)));
  $("units").replaceChildren(...answer.units.map((unit) => {
    const line = row(unit.name, percent(unit.file), percent(unit.explored));
    const meter = make("span", "", "meter");
    meter.append(make("span"));
    meter.firstChild.style.width = `${100 * (unit.explored || 0)}%`;
    line.append(make("td"));
    line.lastChild.append(meter);
    return line;
  }));
  last = answer;
  drawStrength(answer);
  drawMap(answer.units);
}

const percent = (share) => (share === null ? "never open" : `${Math.round(100 * share)} %`);

function make(name, text = "", kind = "") {
  const found = document.createElement(name);
  found.textContent = text;
  if (kind) found.className = kind;
  return found;
}

function row(name, ...cells) {
  const line = make("tr");
  const head = make("th", name);
  head.scope = "row";
  line.append(head, ...cells.map((text) => make("td", text)));
  return line;
}

function drawMap(units) {
  const map = $("map");
  if (!map) return;
  const shades = map.dataset.shades.split(" ");
  for (const part of map.querySelectorAll("[data-unit]")) {
    const unit = units.find((u) => u.name === part.dataset.unit);
    const share = unit ? unit.explored : null;
    if (part.matches("tspan")) part.textContent = percent(share);
    if (part.matches("circle")) part.style.fill = share === null ? "" : shades[Math.round(share * (shades.length - 1))];
  }
}

// ---- strength over time

const HEIGHT = 320, LEFT = 40, RIGHT = 8, TOP = 42, BOTTOM = 30;
let last = null;

function drawStrength({ strength, marks }) {
  const svg = $("strength");
  const WIDTH = Math.max(300, Math.min(736, svg.clientWidth || 640)); // so that letters keep their size
  svg.setAttribute("viewBox", `0 0 ${WIDTH} ${HEIGHT}`);
  const days = strength.authorised.length;
  const narrow = WIDTH < 480;
  const top = ceiling(Math.max(1, ...strength.authorised, ...strength.file, ...strength.deployed[2]));
  const x = (day) => LEFT + ((WIDTH - LEFT - RIGHT) * day) / days;
  const y = (people) => HEIGHT - BOTTOM - ((HEIGHT - TOP - BOTTOM) * people) / top;
  const parts = [];
  const draw = (name, attributes, text) => {
    const part = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) part.setAttribute(key, value);
    if (text !== undefined) part.textContent = text;
    parts.push(part);
  };
  const line = (values) => values.map((v, i) => `${i ? "L" : "M"}${x(i + 0.5).toFixed(1)} ${y(v).toFixed(1)}`).join("");
  for (let tick = 0; tick <= 4; tick += 1) {
    const people = (top * tick) / 4;
    draw("path", { class: "grid", d: `M${LEFT} ${y(people)}H${WIDTH - RIGHT}` });
    draw("text", { class: "quiet", x: LEFT - 6, y: y(people) + 4, "text-anchor": "end" }, String(+people.toFixed(2)));
  }
  for (const [day, label] of months(days, narrow ? 4 : 9)) {
    draw("path", { class: "axis", d: `M${x(day)} ${y(0)}v5` });
    draw("text", { class: "quiet", x: x(day), y: HEIGHT - 10, "text-anchor": "middle" }, label);
  }
  for (const series of ["deployed", "present"]) {
    const [low, , high] = strength[series];
    draw("path", { class: `band ${series}`, d: `${line(high)}${line(low).split(/(?=[ML])/).reverse().join("").replace(/M/, "L").replace(/^L?/, "L")}Z` });
  }
  draw("path", { class: "file", d: line(strength.file) });
  draw("path", { class: "authorised", d: line(strength.authorised) });
  for (const series of ["deployed", "present"]) draw("path", { class: series, d: line(strength[series][1]) });
  marks.forEach(({ day, name }, i) => {
    const fit = narrow ? 14 : 24;
    const short = name.length > fit ? `${name.slice(0, fit - 1)}…` : name;
    const late = day > days / 2;
    draw("path", { class: "mark", d: `M${x(day)} ${6 + 12 * (i % 3)}V${y(0)}` });
    draw("text", { x: x(day) + (late ? -3 : 3), y: 14 + 12 * (i % 3), "text-anchor": late ? "end" : "start" }, short);
  });
  svg.replaceChildren(...parts);
  const middle = strength.deployed[1];
  const most = Math.max(...middle);
  const at = middle.indexOf(most);
  svg.setAttribute("aria-label", `Strength over time: at most ${Math.round(most)} deployed (9 in 10 futures: ` +
    `${Math.round(strength.deployed[0][at])} to ${Math.round(strength.deployed[2][at])}), on ${dateOf(at)}.`);
}

function ceiling(people) {
  const ten = 10 ** Math.floor(Math.log10(people));
  return ten * [1, 1.2, 1.6, 2, 2.4, 3.2, 4, 5, 6, 8, 10].find((step) => ten * step >= people * 1.001) || 10 * ten;
}

const dateOf = (day) => new Date(Date.parse(start.start) + day * 864e5).toISOString().slice(0, 10);

function months(days, most) {
  const found = [];
  const names = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
  for (let day = 0; day < days; day += 1) {
    const [year, month, date] = dateOf(day).split("-").map(Number);
    if (date === 1) found.push([day, month === 1 || !found.length ? `${names[month - 1]} ${year}` : names[month - 1]]);
  }
  const every = Math.ceil(found.length / most);
  return found.filter((_, i) => i % every === 0);
}

// ---- what is moved

for (const slider of sliders) slider.addEventListener("input", () => { slid(slider); soon(); });
for (const field of fields) field.addEventListener("input", () => { put(field, valueOf(field)); soon(); });
$("controls").addEventListener("submit", (event) => event.preventDefault());
$("option").addEventListener("change", (event) => { location.href = `?option=${encodeURIComponent(event.target.value)}`; });
$("reset").addEventListener("click", () => { for (const field of fields) put(field, field.dataset.file); soon(); });
addEventListener("resize", () => { if (last) drawStrength(last); });
addEventListener("hashchange", () => { restore(); soon(); });
restore();
ask();
