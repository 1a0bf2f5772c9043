// The measuring process of `speed` for zhlint; input and output as in speed_chain.py. Argument: a node_modules folder.
import { pathToFileURL } from "node:url";

const folder = process.argv[2];
const { run } = await import(pathToFileURL(`${folder}/zhlint/lib/index.js`));
process.stdin.setEncoding("utf8");
let said = "";
for await (const part of process.stdin) said += part;
const given = JSON.parse(said);
const options = { rules: { preset: "default" } };
const before = process.resourceUsage().maxRSS;
run(given.texts[0], options);
const seconds = [];
for (let round = 0; round < given.rounds; round++) {
  const start = process.cpuUsage();
  for (const text of given.texts) run(text, options);
  const { user, system } = process.cpuUsage(start);
  seconds.push((user + system) / 1e6);
}
console.log(JSON.stringify({ seconds, before_kib: before, peak_kib: process.resourceUsage().maxRSS }));
