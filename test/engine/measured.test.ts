/** The work that the strongest peer was measured with, on the real engine: the calls here, the times by `npm run bench -- triggers`. */
import { expect, test } from "vitest";
import { subjects, url } from "../reliability/subjects.ts";
import { useClouds } from "./cloud.ts";
import { Stack, type ProgramResource } from "./stack.ts";

const newCloud = useClouds();
const subject = subjects.find(({ name }) => name === "EdgeOne") ?? subjects[0];

function trigger(contentHash: string, pages: readonly string[]): ProgramResource {
  const targets = pages.map((page) => url(subject, page));
  return { type: subject.type, properties: { ...subject.base, targets, contentHash } };
}

const numbered = (count: number): string[] => Array.from({ length: count }, (_, index) => `${index}`);

test("1 resource, 1,500 targets: one call, and the last of 1,500 rows is seen [20 of 1,500]", async () => {
  const cloud = await newCloud({ seed: { limits: { [subject.taskMs]: 100 } } });
  await using stack = await Stack.create(cloud, { resources: { it: trigger("1", numbered(1500)) } });
  await cloud.faults.add({ kind: "failTarget", target: url(subject, "1499"), as: "row", reason: "late row", count: 1 });
  const first = await stack.up();
  expect(first.code).not.toBe(0);
  expect(first.output).toMatch(/1 file not purged: .*late row.*\/1499\b/);
  const second = await stack.up("--diff");
  expect(second.code).toBe(0);
  // Nothing in the program changed: the diff shows what is owed.
  expect(second.output).toMatch(
    /- owed: \[\s+- +\[0\]: \{\s+- code +: .*\s+- reason: "late row"\s+- target: ".*\/1499"/,
  );
  const calls = (await stack.calls(subject.submit)).map(({ params }) => subject.sent(params).length);
  expect(calls).toEqual([1500, 1]);
});

test("100 resources: shared calls, none refused, and the second plan sends nothing [256 calls]", async () => {
  const cloud = await newCloud({ seed: { limits: { [subject.taskMs]: 100 } } });
  const resources = Object.fromEntries(numbered(100).map((page) => [`r${page}`, trigger("1", [page])]));
  await using stack = await Stack.create(cloud, { resources });
  const { code, output } = await stack.up("--parallel", "64");
  expect(code === 0 ? "" : output).toBe("");
  const calls = await stack.calls(subject.submit);
  // How many depends on how fast the engine comes with them; `npm run bench` tells.
  expect(calls.length).toBeLessThan(100);
  expect(calls.flatMap(({ params }) => subject.sent(params))).toHaveLength(100);
  expect(await cloud.requests.find({ outcome: "refused" })).toEqual([]);
  await cloud.requests.clear();
  expect((await stack.preview("--expect-no-changes")).code).toBe(0);
  expect(await cloud.requests.find()).toEqual([]);
});

test("the CLI killed in mid-update: of what was through nothing is sent again [11 of 11; all since the last save]", async () => {
  const cloud = await newCloud({ seed: { limits: { [subject.taskMs]: 100 } } });
  const through = Object.fromEntries(["a", "b", "c"].map((page) => [page, trigger("1", [page])]));
  const last = { ...trigger("1", ["last"]), options: { dependsOn: Object.keys(through).map((name) => `\${${name}}`) } };
  await using stack = await Stack.create(cloud, { resources: { ...through, last } });
  const sent = async (): Promise<string[]> =>
    (await stack.calls(subject.submit)).flatMap(({ params }) => subject.sent(params)).toSorted();
  // Without an end it cannot have been saved before the CLI is gone.
  await cloud.faults.add({ kind: "taskStuck", target: url(subject, "last"), count: 1 });
  const { child: cli, ended } = stack.startUp();
  while (cli.exitCode === null && !(await sent()).includes(url(subject, "last"))) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  cli.kill("SIGKILL");
  expect((await ended).code).toBe(null);
  // It leaves its lock behind.
  await stack.run("cancel", "--yes");
  const { code, output } = await stack.up();
  expect(code === 0 ? "" : output).toBe("");
  expect(await sent()).toEqual(["a", "b", "c", "last", "last"].map((page) => url(subject, page)));
});
