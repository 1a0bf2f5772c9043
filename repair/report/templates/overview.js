const data = JSON.parse(one("#data").textContent);
const SLICE = 300;
const NAME = 0, LINK = 1, OUTCOME = 2, SAID = 3, SUGGESTED = 6, PARTS = 9;
const body = one("#table tbody");
let found = data;
let sorting = null; // column and direction

function cell(row, column) {
  const value = row[column];
  return value === null ? "–" : column >= 7 ? value.toFixed(2) : column > SAID ? value.toLocaleString("en") : value;
}

function line(row) {
  const tr = made("tr", "", { class: row[OUTCOME] });
  const head = made("th", "", { scope: "row" });
  const name = made("bdi", row[NAME]);
  if (row[LINK]) { const link = made("a", "", { href: row[LINK] }); link.append(name); head.append(link); } else head.append(name);
  if (row[SAID] || row[PARTS]) head.append(made("div", row[SAID] || row[PARTS], { class: "soft" }));
  tr.append(head, ...[2, 4, 5, 6, 7, 8].map((column) => made("td", cell(row, column))));
  return tr;
}

function more() {
  const at = body.childElementCount;
  body.append(...found.slice(at, at + SLICE).map(line));
  told();
}

function told() {
  const left = found.length - body.childElementCount;
  one("#more").hidden = left <= 0;
  one("#more").textContent = `Show ${Math.min(left, SLICE).toLocaleString("en")} of ${left.toLocaleString("en")} more`;
  one("#found").textContent = `${found.length.toLocaleString("en")} of ${data.length.toLocaleString("en")} pages`;
}

function look() {
  const name = one("#name").value.toLowerCase(), outcome = one("#outcome").value;
  found = data.filter((row) => row[NAME].toLowerCase().includes(name)
    && (!outcome || (outcome === "?" ? row[SUGGESTED] > 0 : row[OUTCOME] === outcome)));
  if (sorting) found.sort(order);
  body.replaceChildren();
  more();
}

function order(one, other) {
  const [a, b] = [one[sorting.column], other[sorting.column]];
  if (a === null || b === null) return (a === null) - (b === null); // what is not known stands last
  return (a < b ? -1 : a > b ? 1 : 0) * sorting.by;
}

for (const head of all("#table thead th")) {
  const button = made("button", head.textContent, { type: "button" });
  head.replaceChildren(button);
  button.addEventListener("click", () => {
    const column = Number(head.dataset.column);
    sorting = { column, by: sorting?.column === column ? -sorting.by : 1 };
    for (const other of all("#table thead th")) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", sorting.by > 0 ? "ascending" : "descending");
    look();
  });
}
one("#name").addEventListener("input", look);
one("#outcome").addEventListener("change", look);
one("#find").addEventListener("submit", (event) => event.preventDefault());
one("#more").addEventListener("click", more);
told();
