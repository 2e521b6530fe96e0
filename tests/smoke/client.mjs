// What a program does with the SDK for JavaScript; prints what it saw as one JSON object.
import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  SFNClient,
  StartExecutionCommand,
  StartSyncExecutionCommand,
  paginateGetExecutionHistory,
} from "@aws-sdk/client-sfn";

// The endpoint and the credentials come from the variables that `asl serve` tells.
const client = new SFNClient({ region: process.env.AWS_DEFAULT_REGION, disableHostPrefix: true });
const definition = JSON.stringify({
  StartAt: "Greet",
  States: {
    Greet: { Type: "Task", Resource: "arn:aws:lambda:us-east-1:123456789012:function:greet", End: true },
  },
});
const made = async (name, type) => {
  const roleArn = "arn:aws:iam::123456789012:role/any";
  return (await client.send(new CreateStateMachineCommand({ name, type, roleArn, definition }))).stateMachineArn;
};
const input = JSON.stringify({ name: "Grace" });

const standard = await made("standard-of-javascript", "STANDARD");
const { executionArn, startDate } = await client.send(
  new StartExecutionCommand({ stateMachineArn: standard, input }),
);
let ended;
for (let asked = 0; asked < 100; asked += 1) {
  ended = await client.send(new DescribeExecutionCommand({ executionArn }));
  if (ended.status !== "RUNNING") break;
  await new Promise((resolve) => setTimeout(resolve, 50));
}

const events = [];
for await (const page of paginateGetExecutionHistory({ client, pageSize: 2 }, { executionArn })) {
  events.push(...page.events.map((event) => [event.id, event.type]));
}

const express = await made("express-of-javascript", "EXPRESS");
const sync = await client.send(new StartSyncExecutionCommand({ stateMachineArn: express, input }));

let refused;
try {
  await client.send(new DescribeExecutionCommand({ executionArn: `${executionArn}-none` }));
} catch (error) {
  refused = { name: error.name, message: error.message, status: error.$metadata.httpStatusCode };
}

console.log(
  JSON.stringify({
    status: ended.status,
    output: ended.output,
    isDate: startDate instanceof Date && ended.stopDate >= ended.startDate,
    events,
    sync: [sync.status, sync.output],
    refused,
  }),
);
