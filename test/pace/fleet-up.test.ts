/** Whole runs of several stacks of one account over a real Redis server, and what their previews say of the day. */
import { setTimeout } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startEmulator, type Emulator } from "../../emulator/src/index.ts";
import { createContext } from "../../provider/src/core/context.ts";
import { systemClock } from "../../provider/src/core/clock.ts";
import { coordinatorAt } from "../../provider/src/core/pace/coordinator-at.ts";
import { subjectOf } from "../triggers/subjects.ts";
import { contextOf, Stack } from "../triggers/world.ts";
import { RedisServer, redisServer } from "./redis-server.ts";

describe.skipIf(redisServer === undefined)(`over Redis (${redisServer ?? "no redis-server on PATH"})`, () => {
  let emulator: Emulator;
  let server: RedisServer;
  beforeAll(async () => {
    [emulator, server] = await Promise.all([startEmulator(), RedisServer.start()]);
  });
  afterAll(async () => {
    await emulator.close();
    await server[Symbol.asyncDispose]();
  });

  /** What one plugin process has. */
  function stackOf(config: object) {
    const coordinator = coordinatorAt(server.url, () => systemClock.monotonic());
    const context = createContext({ ...contextOf(config), random: Math.random, coordinator });
    const stack = new Stack(subjectOf("esa:PurgeTrigger").resource, context);
    return { stack, [Symbol.dispose]: () => coordinator.close() };
  }

  // By the machine's clock, since a server has none of ours: where the machine stands still, a call may reach the vendor
  // a window late; other tests may keep it busy for most of a minute, which the tries outlast. test/pace/fleet.test.ts
  // shows the same by a clock that is driven.
  test(
    "five stacks at once: none of their calls is refused; a sixth sees in preview what they are about to use",
    { retry: 5 },
    async () => {
      const control = await emulator.control.createTenant("fleet");
      await control.settings.limits({ "esa.purgeMs": 50 });
      const config = await control.configuration();
      const { base } = subjectOf("esa:PurgeTrigger");
      const stacks = Array.from({ length: 6 }, () => stackOf(config));
      // Ten calls of each: together two and a half times what a second allows.
      const program = (stack: number) => ({
        ...base,
        type: "cachetag",
        contentHash: "1",
        targets: Array.from({ length: 300 }, (_, tag) => `s${stack}-${tag}`),
      });
      const last = stacks.pop();
      const said: string[] = [];
      const runs = stacks.map(({ stack }, at) => stack.up(program(at)));
      let over = false;
      const all = Promise.all(runs).finally(() => (over = true));
      // With a pause: one preview after the other would keep the others' calls from leaving, since all share this process.
      for (; !over; await setTimeout(100)) said.push(...((await last?.stack.preview(program(6))) ?? []));
      for (const { problems, outputs } of await all) {
        expect(problems).toEqual([]);
        expect(outputs).toMatchObject({ status: "complete", owed: [] });
      }
      const calls = await control.requests.find({ action: "PurgeCaches" });
      expect(calls.filter(({ outcome }) => outcome === "refused")).toEqual([]);
      expect(calls).toHaveLength(50);
      expect(said.join("\n")).toMatch(/less [\d,]+ that other stacks are about to use/);
      expect((await last?.stack.preview(program(6)))?.join("\n")).toMatch(/daily quota 28,500 of 30,000 left$/m);
      for (const each of [...stacks, ...(last === undefined ? [] : [last])]) each[Symbol.dispose]();
    },
  );
});
