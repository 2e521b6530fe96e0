// The runner of asl-validator: reads a job from its input, prints the times as one line of JSON.
// Its only argument is the folder that holds node_modules.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { performance } from "node:perf_hooks";

const exported = createRequire(join(process.argv[2], "node_modules", "of.js"))("asl-validator");
const validate = exported.default ?? exported;

const job = JSON.parse(readFileSync(0, "utf8"));
const seconds = (since) => (performance.now() - since) / 1000;
const run = () => validate(JSON.parse(job.definition)).errors.length;

// The optimising compiler needs time more than it needs a number of runs.
const warm = performance.now();
for (let i = 0; i < job.warmups || seconds(warm) < job.warmup_seconds; i++) run();

let output;
let spent = 0;
const runs = [];
while (runs.length < job.at_least || (spent < job.seconds && runs.length < job.at_most)) {
  const start = performance.now();
  output = run();
  runs.push(seconds(start));
  spent += runs.at(-1);
}
console.log(JSON.stringify({ runs, output }));
