/** How often each service is asked for its tasks, and how late their end is seen; on the emulator, by a clock that jumps. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { TestCloud } from "../triggers/cloud.ts";
import { startEmulatorCloud } from "../triggers/emulator-cloud.ts";
import { subjects, warmUp } from "../triggers/subjects.ts";

let cloud: TestCloud;
beforeAll(async () => {
  cloud = await startEmulatorCloud();
  const [subject] = subjects.values();
  if (subject !== undefined) await warmUp(cloud.ground, (await cloud.open(subject)).config);
});
afterAll(() => cloud[Symbol.asyncDispose]());

/** Triggers of one program are gathered into shared calls before any is sent. */
const gatheringMs = 150;

describe.each([...subjects])("%s", (_token, subject) => {
  test.each([
    { taskMs: 2000, most: 7, late: 500 },
    { taskMs: 60_000, most: 12, late: 5000 },
  ])("a task of $taskMs ms: $most looks at most, its end seen within $late ms", async ({ taskMs, most, late }) => {
    const account = await cloud.open(subject);
    await account.set({ taskMs });
    const targets = [subject.target(0)];
    if (subject.verb === "prefetch") await account.publish(targets);
    const stack = cloud.ground.stack(subject.resource, cloud.ground.context(account.config));
    const run = async (contentHash: string) => {
      const before = (await account.calls()).length;
      const start = cloud.ground.clock.monotonic();
      const { outputs } = await stack.up({ ...subject.base, targets, contentHash }, { timeoutMs: 1_800_000 });
      expect(outputs).toMatchObject({ status: "complete" });
      const ms = cloud.ground.clock.monotonic() - start - taskMs;
      const calls = (await account.calls()).slice(before);
      return { ms, looks: calls.filter(({ action }) => action === subject.watch).length };
    };
    const first = await run("1");
    expect(first.looks).toBeLessThanOrEqual(most);
    expect(first.ms).toBeLessThanOrEqual(late + gatheringMs);
    // CDN and DCDN: a resend within the second would be part of the first task.
    await cloud.ground.clock.during(() => cloud.ground.clock.of(cloud).sleep(3000));
    const second = await run("2");
    expect(second.looks).toBeLessThanOrEqual(5);
    expect(second.ms).toBeLessThanOrEqual(Math.max(500, taskMs * 0.045) + gatheringMs);
  });
});
