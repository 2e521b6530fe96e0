// The runner of aws-local-stepfunctions: reads a job from its input, prints the times as one line of JSON.
// Its only argument is the folder that holds node_modules.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { pathToFileURL } from "node:url";

const entry = join(process.argv[2], "node_modules/aws-local-stepfunctions/build/main.node.esm.js");
const { StateMachine } = await import(pathToFileURL(entry));

const HANDLERS = {
  increment: (event) => ({ n: event.n + 1 }),
};

const job = JSON.parse(readFileSync(0, "utf8"));
const seconds = (since) => (performance.now() - since) / 1000;

let machine;
const parses = [];
for (let i = 0; i < job.parses; i++) {
  const start = performance.now();
  machine = new StateMachine(JSON.parse(job.definition));
  parses.push(seconds(start));
}

const taskResourceLocalHandlers = {};
for (const [state, name] of Object.entries(job.handlers)) taskResourceLocalHandlers[state] = HANDLERS[name];
const run = () => machine.run(job.input, { overrides: { taskResourceLocalHandlers } }).result;

// The optimising compiler needs time more than it needs a number of runs.
const warm = performance.now();
for (let i = 0; i < job.warmups || seconds(warm) < job.warmup_seconds; i++) await run();

let output;
let spent = 0;
const runs = [];
while (runs.length < job.at_least || (spent < job.seconds && runs.length < job.at_most)) {
  const start = performance.now();
  output = await run();
  runs.push(seconds(start));
  spent += runs.at(-1);
}
console.log(JSON.stringify({ parses, runs, output }));
