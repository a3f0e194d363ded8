/** Whole runs while their coordinator is in trouble: one warning, nothing lost and nothing twice, a fresh edge. */
import { setTimeout } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startEmulator, type Emulator } from "../../emulator/src/index.ts";
import { systemClock } from "../../provider/src/core/clock.ts";
import { createContext } from "../../provider/src/core/context.ts";
import { coordinatorAt } from "../../provider/src/core/pace/coordinator-at.ts";
import { subjectOf } from "../triggers/subjects.ts";
import { contextOf, Stack } from "../triggers/world.ts";
import { Between, RedisServer, redisServer } from "./redis-server.ts";

const monotonic = (): number => systemClock.monotonic();
let emulator: Emulator;
let tenants = 0;
beforeAll(async () => {
  emulator = await startEmulator();
});
afterAll(() => emulator.close());

const password = "hunter2-of-redis";
const { resource, base } = subjectOf("esa:PurgeTrigger");
const calls = 25;
const tags = Array.from({ length: calls * 30 }, (_, tag) => `tag${tag}`);
const pages = [tags[0], tags[calls * 15], tags.at(-1)];

/** An update of all tags, and what came of it; `meanwhile` begins when the first calls have arrived. */
async function upWith(url: string, meanwhile: () => Promise<unknown> = () => Promise.resolve()) {
  const control = await emulator.control.createTenant(`t${++tenants}`);
  await control.settings.limits({ "esa.purgeMs": 20 });
  const publish = (body: string) =>
    control.origin.publish(
      ...pages.map((tag = "") => ({
        host: "www.example.com",
        path: `/${tag}`,
        body,
        headers: { "cache-control": "max-age=3600", "cache-tag": tag },
      })),
    );
  const visits = async () => {
    const seen = [];
    for (const tag of pages) seen.push((await control.visit(`https://www.example.com/${tag}`)).body);
    return seen;
  };
  await publish("1");
  await visits();
  await publish("2");
  const coordinator = coordinatorAt(url, monotonic);
  const context = createContext({ ...contextOf(await control.configuration()), random: Math.random, coordinator });
  const stack = new Stack(resource, context);
  const program = { ...base, type: "cachetag", contentHash: "2", targets: tags };
  const sent = async () => (await control.requests.find({ action: "PurgeCaches" })).filter(({ executed }) => executed);
  const run = stack.up(program);
  const begun = async (): Promise<unknown> =>
    (await sent()).length > 2 ? await meanwhile() : setTimeout(20).then(begun);
  await Promise.all([begun(), run]);
  const ran = await run;
  coordinator.close();
  expect(ran).toMatchObject({ problems: [], outputs: { status: "complete", owed: [] } });
  expect(await visits()).toEqual(["2", "2", "2"]);
  expect(await sent()).toHaveLength(calls);
  expect(JSON.stringify(ran)).not.toContain(password);
  return ran.logs.filter((line) => line.includes("The coordinator"));
}

const cannot = (why: string) => [expect.stringMatching(new RegExp(`^warn: The coordinator cannot be asked \\(${why}`))];

// By the machine's clock: one that stands still may miss what happens in the middle of a run.
describe
  .skipIf(redisServer === undefined)
  .concurrent(`over ${redisServer ?? "no redis-server on PATH"}`, { retry: 2 }, () => {
    test("away from the start", async () => {
      const gone = await Between.of(() => undefined);
      const url = `redis://:${password}@127.0.0.1:${gone.port}`;
      await gone[Symbol.asyncDispose]();
      expect(await upWith(url)).toEqual(cannot("ECONNREFUSED"));
    });

    test("it never answers", async () => {
      await using between = await Between.of(() => undefined);
      expect(await upWith(`redis://:${password}@127.0.0.1:${between.port}`)).toEqual(
        cannot("it did not answer in time"),
      );
    });

    test("the password is wrong", async () => {
      await using redis = await RedisServer.start("--requirepass", "another");
      expect(await upWith(`redis://:${password}@127.0.0.1:${redis.port}`)).toEqual(cannot("WRONGPASS"));
    });

    test.each([50, 200])("it is slow by %i ms: the run waits, and is not alone", async (answerMs) => {
      await using redis = await RedisServer.start();
      await using between = await Between.start(redis);
      between.answerMs = answerMs;
      expect(await upWith(`redis://127.0.0.1:${between.port}`)).toEqual([]);
    });

    test("it becomes slow by 10 s in mid-run", async () => {
      await using redis = await RedisServer.start();
      await using between = await Between.start(redis);
      const slowing = async () => void (between.answerMs = 10_000);
      expect(await upWith(`redis://127.0.0.1:${between.port}`, slowing)).toEqual(cannot("it did not answer in time"));
    });

    test("it is killed in mid-run", async () => {
      await using redis = await RedisServer.start();
      expect(await upWith(redis.url, () => redis.kill())).toEqual(cannot(""));
    });

    test("it is emptied in mid-run, and again and again: nothing is said", async () => {
      await using redis = await RedisServer.start();
      const flushing = async () => {
        for (let time = 0; time < 5; time++) await redis.command("FLUSHALL");
      };
      expect(await upWith(redis.url, flushing)).toEqual([]);
    });

    test("it begins to refuse writes in mid-run", async () => {
      await using redis = await RedisServer.start();
      const refusing = () => redis.command("REPLICAOF 127.0.0.1 1");
      expect(await upWith(redis.url, refusing)).toEqual(cannot("READONLY"));
    });
  });
