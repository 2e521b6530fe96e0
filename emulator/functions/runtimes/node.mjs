// Runs a Lambda function's JavaScript in a process of its own. Same talk as python.py beside it: a request is
// two lengths, a head and an event; an answer is a letter (R, S, E, I), a length and a body.

import fs from "node:fs";
import net from "node:net";
import path from "node:path";
import { pathToFileURL } from "node:url";

const root = process.env.LAMBDA_TASK_ROOT;
const channel = new net.Socket({ fd: Number(process.argv[2]), readable: true, writable: true });
let current = null;

function send(letter, body = "") {
  const data = Buffer.from(body);
  const head = Buffer.alloc(5);
  head.write(letter, 0, "latin1");
  head.writeUInt32BE(data.length, 1);
  channel.write(Buffer.concat([head, data]));
}

function shown(text) {
  return String(text).replaceAll(`file://${root}`, "file:///var/task").replaceAll(root, "/var/task");
}

function fault(kind, error, message) {
  const made = new Error(message ?? shown(error));
  made.name = kind;
  made.stack = `${kind}: ${made.message}\n` + String(error?.stack ?? "").split("\n").slice(1).join("\n");
  return made;
}

// Lambda's form of an error. What is thrown and no Error is told as its JSON text (from memory).
function told(error) {
  if (!(error instanceof Error)) {
    const text = typeof error === "string" ? error : (JSON.stringify(error) ?? String(error));
    return JSON.stringify({ errorType: typeof error, errorMessage: text, trace: [] });
  }
  const trace = shown(error.stack ?? "").split("\n").filter((line) => !line.includes("runtimes/node.mjs"));
  console.error(trace.join("\n"));
  return JSON.stringify({ errorType: error.name, errorMessage: shown(error.message), trace });
}

async function handlerOf(name) {
  const slash = name.lastIndexOf("/") + 1;
  const dot = name.indexOf(".", slash);
  if (dot < 0) throw fault("Runtime.MalformedHandlerName", null, "Bad handler");
  const [module, exported] = [name.slice(0, dot), name.slice(dot + 1)];
  const file = ["", ".js", ".mjs", ".cjs"].map((end) => path.join(root, module + end)).find(
    (each) => fs.existsSync(each) && fs.statSync(each).isFile());
  if (!file) throw fault("Runtime.ImportModuleError", null, `Error: Cannot find module '${module}'`);
  let found;
  try {
    found = await import(pathToFileURL(file));
  } catch (error) {
    if (error instanceof SyntaxError) throw fault("Runtime.UserCodeSyntaxError", error);
    const missing = ["MODULE_NOT_FOUND", "ERR_MODULE_NOT_FOUND"].includes(error?.code);
    throw missing ? fault("Runtime.ImportModuleError", error) : error;
  }
  const inside = (from) => exported.split(".").reduce((value, part) => value?.[part], from);
  const handler = inside(found) ?? inside(found.default);
  if (typeof handler !== "function") {
    throw fault("Runtime.HandlerNotFound", null, `${name} is undefined or not exported`);
  }
  return handler;
}

function contextOf(head, done) {
  const environment = process.env;
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionName: environment.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: environment.AWS_LAMBDA_FUNCTION_VERSION,
    memoryLimitInMB: environment.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: environment.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: environment.AWS_LAMBDA_LOG_STREAM_NAME,
    invokedFunctionArn: head.arn,
    awsRequestId: head.request_id,
    clientContext: head.client_context ?? undefined,
    identity: undefined,
    getRemainingTimeInMillis: () => Math.max(0, Math.trunc(head.deadline - Date.now())),
    done,
    succeed: (result) => done(null, result),
    fail: (error) => done(error ?? "handled"),
  };
}

// An async handler answers by its promise, another by the callback or, if it takes none, at once with null.
function called(handler, event, head) {
  return new Promise((resolve, reject) => {
    const done = (error, result) => (error ? reject(error) : resolve(result));
    current = reject;
    const result = handler(event, contextOf(head, done), done);
    if (typeof result?.then === "function") result.then(resolve, reject);
    else if (handler.length < 3) setImmediate(() => resolve(null));
  });
}

async function answer(head, payload) {
  try {
    const result = await called(handler, JSON.parse(payload), head);
    let text;
    try {
      text = JSON.stringify(result === undefined ? null : result) ?? "null";
    } catch {
      throw new Error("Unable to stringify response body");
    }
    send("S", text);
  } catch (error) {
    send("E", told(error));
  } finally {
    current = null;
  }
}

let received = Buffer.alloc(0);
let handler = null;
let broken = null;
let ready = false;

function take() {
  while (ready && received.length >= 8) {
    const [size, length] = [received.readUInt32BE(0), received.readUInt32BE(4)];
    if (received.length < 8 + size + length) return;
    const head = JSON.parse(received.subarray(8, 8 + size));
    const payload = received.subarray(8 + size, 8 + size + length).toString();
    received = received.subarray(8 + size + length);
    if (broken) {
      send("I", told(broken));
      channel.end(() => process.exit(1));
      return;
    }
    answer(head, payload);
  }
}

let parts = [];
let waiting = 0;
channel.on("data", (data) => {
  parts.push(data);
  waiting += data.length;
  if (received.length + waiting < 8) return;
  const first = received.length >= 8 ? received : Buffer.concat([received, ...parts]).subarray(0, 8);
  if (received.length + waiting < 8 + first.readUInt32BE(0) + first.readUInt32BE(4)) return;
  received = Buffer.concat([received, ...parts]);
  [parts, waiting] = [[], 0];
  take();
});
channel.on("close", () => process.exit(0));
channel.on("error", () => process.exit(0));
for (const event of ["uncaughtException", "unhandledRejection"]) {
  process.on(event, (error) => {
    const kind = event === "uncaughtException" ? "Runtime.UnhandledException" : "Runtime.UnhandledPromiseRejection";
    console.error(shown(error?.stack ?? error));
    if (current) current(event === "uncaughtException" ? error : fault(kind, error));
  });
}

try {
  handler = await handlerOf(process.env._HANDLER);
} catch (error) {
  broken = error;
}
ready = true;
send("R");
take();
