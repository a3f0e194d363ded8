/** Budgets and coarser purges that Check refuses. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { Jumping } from "../triggers/jumping.ts";
import { subjectOf } from "../triggers/subjects.ts";

let ground: Jumping;
beforeAll(async () => {
  ground = await Jumping.start();
});
afterAll(() => ground[Symbol.asyncDispose]());

test.each([
  [
    "esa:PurgeTrigger",
    { fallback: "dirctory" },
    'must be "directory" or "all" or "hostname" or "tag:NAME" with type file; for the tag dirctory write "tag:dirctory"',
  ],
  [
    "esa:PurgeTrigger",
    { fallback: "directory", type: "directory" },
    'must be "all" or "hostname" or "tag:NAME" with type directory',
  ],
  ["esa:PurgeTrigger", { fallback: "tag:a,b" }, "names a tag that holds a comma"],
  ["esa:PurgeTrigger", { fallback: "tag:undefined" }, "names a tag that is what a language writes where there is no"],
  ["cdn:PurgeTrigger", { fallback: "hostname" }, 'must be "directory" with type File'],
  ["cdn:PurgeTrigger", { fallback: "directory", type: "Regex" }, "does not fit type Regex: no coarser purge covers it"],
  ["dcdn:EdgeRoutinePurgeTrigger", { fallback: "all" }, 'must be "directory" with type File'],
  ["teo:PurgeTrigger", { fallback: "host" }, 'with type purge_url; for the tag host write "tag:host"'],
  [
    "teo:PurgeTrigger",
    { maxTargets: "a lot" },
    'must be a number of targets such as 500, or a share of those that are known such as "20%"',
  ],
  ["teo:PurgeTrigger", { maxTargets: 0 }, "must be a number of targets"],
  ["teo:PurgeTrigger", { maxTargets: "0%" }, "must be a number of targets"],
  ["teo:PurgeTrigger", { maxTargets: "0.0%" }, "must be a number of targets"],
  ["teo:PurgeTrigger", { maxTargets: "100.5%" }, "must be a number of targets"],
  ["teo:PurgeTrigger", { maxTargets: 2.5 }, "must be a number of targets"],
  ["teo:PurgeTrigger", { maxTargets: "20%" }, "as a share needs contents"],
  ["teo:PurgeTrigger", { zoneId: "*", fallback: "all" }, "needs one zone"],
] as const)("%s with %j: %s", (token, more, reason) => {
  const { resource, base, target } = subjectOf(token);
  const failures = ground
    .stack(resource, ground.context({}))
    .check({ ...base, targets: [target(0)], contentHash: "1", ...more });
  expect(failures.join("\n")).toContain(reason);
});

test("a tag is proposed only where there is a purge by tag", () => {
  const { resource, base, target } = subjectOf("cdn:PurgeTrigger");
  const program = { ...base, targets: [target(0)], contentHash: "1", fallback: "release" };
  const failures = ground.stack(resource, ground.context({})).check(program);
  expect(failures.join()).toMatch(/must be "directory" with type File$/);
});

test("a share needs contents with every list of targets", () => {
  const { resource, base } = subjectOf("esa:PurgeTrigger");
  const program = { ...base, type: "cachekey", cacheKeys: [{ url: "https://www.example.com/a" }], contentHash: "1" };
  const failures = ground.stack(resource, ground.context({})).check({ ...program, maxTargets: "20%" });
  expect(failures.join()).toContain("as a share needs contents");
});
