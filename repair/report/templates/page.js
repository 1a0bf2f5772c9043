const entries = all("#list > li");
const numberOf = (entry) => entry.id.slice(1);
const refused = new Set(entries.filter((entry) => entry.dataset.outcome === "vetoed"));
let walked = entries; // the entries that pass the filters
let current = null;
let marksOf = null; // change -> its marks in the texts, found when first asked for
let ends = null; // moved piece -> its ends in the texts

function marks(entry) {
  if (!marksOf) {
    marksOf = new Map();
    for (const mark of all("#rows .c")) {
      for (const number of mark.dataset.c.split(" ")) {
        if (!marksOf.has(number)) marksOf.set(number, []);
        marksOf.get(number).push(mark);
      }
    }
  }
  return marksOf.get(numberOf(entry)) ?? [];
}

function inRaw(mark) { return mark.closest(".r") !== null; }

// ---- filters

function wanted() {
  const chosen = {};
  for (const box of all("#filters input[name]")) {
    chosen[box.name] ??= new Set();
    if (box.checked) chosen[box.name].add(box.value);
  }
  const onlyEyes = one("#only-eyes")?.checked ?? false;
  return ({ dataset }) => (!onlyEyes || dataset.eyes) && Object.entries(chosen).every(([name, values]) => values.has(dataset[name]));
}

function filter() {
  const passes = wanted();
  const off = new Set();
  walked = [];
  for (const entry of entries) {
    const shown = passes(entry);
    entry.hidden = !shown;
    if (shown) walked.push(entry); else off.add(numberOf(entry));
  }
  for (const mark of all("#rows .c")) mark.classList.toggle("off", mark.dataset.c.split(" ").every((number) => off.has(number)));
  count();
  if (current?.hidden) close();
  draw();
}

function count() {
  one("#shown-count").textContent = walked.length === entries.length ? `All ${entries.length.toLocaleString("en")} changes are shown.`
    : `${walked.length.toLocaleString("en")} of ${entries.length.toLocaleString("en")} changes are shown.`;
}

function checkRules(test) {
  for (const box of all("#filters input[name=rule]")) box.checked = test(box.value);
  filter();
}

// ---- the selected change

function select(entry, { scroll = true } = {}) {
  if (!entry) return;
  if (current) {
    current.removeAttribute("aria-current");
    for (const mark of marks(current)) mark.classList.remove("on");
  }
  current = entry;
  current.setAttribute("aria-current", "true");
  const mine = marks(entry);
  for (const mark of mine) { mark.classList.add("on"); mark.classList.toggle("few", mine.length <= 4); }
  const detail = one("#detail");
  detail.replaceChildren(...[...entry.childNodes].map((node) => node.cloneNode(true)));
  detail.className = entry.className;
  one("#dock").hidden = false;
  const place = walked.indexOf(entry) + 1;
  one("#number").textContent = `${place.toLocaleString("en")} of ${walked.length.toLocaleString("en")}`;
  one("#live").textContent = `Change ${place} of ${walked.length}: ${one(".what", entry).textContent.trim()}. ${one(".edit", entry)?.textContent ?? ""} ${one(".why", entry).textContent}`;
  showRefused();
  if (scroll) go("raw");
  draw();
}

function close() {
  if (!current) return;
  current.removeAttribute("aria-current");
  for (const mark of marks(current)) mark.classList.remove("on");
  current = null;
  one("#dock").hidden = true;
  draw();
}

function target(where) {
  const found = marks(current);
  const raw = found.filter(inRaw), kind = (name) => raw.find((mark) => mark.classList.contains(name));
  if (where === "copy") return kind("copy");
  if (where === "source") return kind("moved");
  const mine = (where === "new" ? found.filter((mark) => !inRaw(mark)) : raw).filter((mark) => !mark.classList.contains("copy"));
  return mine[0] ?? found[0];
}

function go(where) {
  const mark = target(where) ?? current;
  const box = mark.getBoundingClientRect();
  if (where === "raw" && box.top > 60 && box.bottom < window.innerHeight - one("#dock").offsetHeight - 20) return;
  mark.scrollIntoView({ block: "center" });
  // what lay between was not laid out yet and has another height now
  requestAnimationFrame(() => mark.scrollIntoView({ block: "center" }));
}

function walk(by) {
  if (!walked.length) return;
  const at = walked.indexOf(current);
  select(walked[at < 0 ? nearest(by) : (at + by + walked.length) % walked.length]);
}

function nearest(by) {
  // without a selected change: the first whose place is in view or below
  const at = walked.findIndex((entry) => { const mark = marks(entry)[0]; return mark && mark.getBoundingClientRect().bottom > 60; });
  return at < 0 ? (by > 0 ? 0 : walked.length - 1) : at;
}

function nextEyes() {
  const eyes = walked.filter((entry) => entry.dataset.eyes);
  const at = entries.indexOf(current);
  select(eyes.find((entry) => entries.indexOf(entry) > at) ?? eyes[0]);
}

// ---- lines from where to where

function pieceEnds() {
  if (ends) return ends;
  ends = new Map();
  for (const mark of all("#rows [data-m]")) {
    for (const piece of mark.dataset.m.split(" ")) {
      if (!ends.has(piece)) ends.set(piece, {});
      ends.get(piece)[inRaw(mark) ? "raw" : "new"] ??= mark;
    }
  }
  return ends;
}

function draw() {
  const paths = [];
  const every = one("#all-moves").checked;
  if (current || every) {
    const mine = current ? `${numberOf(current)}.` : null;
    for (const [piece, { raw, new: to }] of pieceEnds()) {
      if (!raw || !to || !(every || piece.startsWith(mine))) continue;
      if (to.classList.contains("off") && raw.classList.contains("off")) continue;
      paths.push(path(raw, to, raw.classList.contains("suggested") ? "meant" : "moved"));
    }
  }
  if (current) {
    const mine = marks(current).filter(inRaw);
    const copy = mine.find((mark) => mark.classList.contains("copy"));
    const gone = mine.find((mark) => mark.classList.contains("removed"));
    if (copy && gone) paths.push(path(gone, copy, "copied"));
  }
  one("#lines").classList.toggle("crowd", paths.length > 20);
  one("#lines g").replaceChildren(...paths.filter(Boolean).slice(0, 600));
}

function path(from, to, kind) {
  const a = from.getClientRects()[0], b = to.getClientRects()[0];
  if (!a || !b) return null;
  const high = window.innerHeight;
  if ((a.bottom < 0 && b.bottom < 0) || (a.top > high && b.top > high)) return null;
  const same = kind === "copied";
  const x = same ? Math.max(8, Math.min(a.left, b.left) - 34) : 0;
  const [ax, ay, bx, by] = [same ? a.left : a.right, a.top + a.height / 2, b.left, b.top + b.height / 2];
  const bend = Math.max(40, (bx - ax) / 2);
  const line = document.createElementNS("http://www.w3.org/2000/svg", "path");
  line.setAttribute("d", same ? `M${ax} ${ay}C${x} ${ay} ${x} ${by} ${bx} ${by}` : `M${ax} ${ay}C${ax + bend} ${ay} ${bx - bend} ${by} ${bx} ${by}`);
  line.setAttribute("class", kind);
  line.setAttribute("marker-end", "url(#tip)");
  return line;
}

let drawing = false;
function redraw() {
  if (drawing || (!current && !one("#all-moves").checked)) return;
  drawing = true;
  requestAnimationFrame(() => { drawing = false; draw(); });
}

// ---- refused changes

function refusable(entry) { return ["applied", "suggested", "vetoed"].includes(entry.dataset.outcome); }

function refuse() {
  if (!current || !refusable(current)) return;
  if (!refused.delete(current)) refused.add(current);
  showRefused();
}

function showRefused() {
  one("#refused-count").textContent = refused.size;
  const button = one("#refuse");
  if (current) {
    button.disabled = !refusable(current);
    button.setAttribute("aria-pressed", String(refused.has(current)));
    one("#detail").classList.toggle("vetoing", refused.has(current));
    current.classList.toggle("vetoing", refused.has(current));
  }
  const chosen = entries.filter((entry) => refused.has(entry));
  one("#veto").value = chosen.map((entry) => `${entry.dataset.key}  # ${one(".meta .id", entry).textContent}, ${one("[data-go=raw]", entry).textContent}\n`).join("");
  for (const id of ["#save-veto", "#copy-veto"]) one(id).disabled = !chosen.length;
}

function save() {
  const link = made("a", "", { download: "veto.txt", href: URL.createObjectURL(new Blob([one("#veto").value], { type: "text/plain" })) });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  one("#veto-said").textContent = "Saved as veto.txt.";
}

async function copy() {
  one("#veto").select();
  try { await navigator.clipboard.writeText(one("#veto").value); } catch { document.execCommand("copy"); }
  one("#veto-said").textContent = "Copied.";
}

// ---- hands

const keys = {
  j: () => walk(1), n: () => walk(1), k: () => walk(-1), p: () => walk(-1), s: nextEyes, x: refuse, Escape: close,
  m: () => { one("#all-moves").click(); }, f: () => { one("#side").open = true; one("#filters input")?.focus(); },
  "?": () => one("#keys").showModal(),
};
document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("textarea, select, input:not([type=checkbox]), dialog");
  if (typing || event.ctrlKey || event.metaKey || event.altKey || !keys[event.key]) return;
  if (event.key !== "Escape" && !one("#keys-on").checked) return;
  event.preventDefault();
  keys[event.key]();
});
one("#rows").addEventListener("click", (event) => {
  const mark = event.target.closest(".c:not(.off)");
  if (!mark || String(getSelection())) return;
  const here = mark.dataset.c.split(" ").map((number) => one(`#c${number}`)).filter((entry) => !entry.hidden);
  select(here[(here.indexOf(current) + 1) % here.length], { scroll: false });
});
function follow(event) {
  const link = event.target.closest("[data-go]");
  const entry = event.currentTarget.id === "detail" ? current : event.target.closest("#list > li");
  if (!entry || String(getSelection())) return;
  if (link) event.preventDefault();
  if (entry !== current) select(entry, { scroll: false });
  if (link) go(link.dataset.go);
}
one("#detail").addEventListener("click", follow);
one("#list").addEventListener("click", follow);
one("#filters").addEventListener("change", filter);
one("#filters").addEventListener("submit", (event) => event.preventDefault());
for (const button of all(".only")) button.addEventListener("click", () => checkRules((rule) => rule === button.dataset.rule));
one("#all-rules")?.addEventListener("click", () => checkRules(() => true));
one("#no-rules")?.addEventListener("click", () => checkRules(() => false));
one("#next-eyes")?.addEventListener("click", nextEyes);
one("#next").addEventListener("click", () => walk(1));
one("#previous").addEventListener("click", () => walk(-1));
one("#refuse").addEventListener("click", refuse);
one("#close").addEventListener("click", close);
one("#save-veto").addEventListener("click", save);
one("#copy-veto").addEventListener("click", copy);
one("#show-keys").addEventListener("click", () => one("#keys").showModal());
one("#all-moves").addEventListener("change", draw);
addEventListener("scroll", redraw, { passive: true });
addEventListener("resize", redraw, { passive: true });
if (matchMedia("(max-width: 900px)").matches) one("#side").open = false;
count();
showRefused();
