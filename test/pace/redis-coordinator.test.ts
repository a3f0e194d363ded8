/** Stacks that share limits by a real Redis server, and what is left of that when the server is in trouble. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { RedisCoordinator } from "../../provider/src/core/pace/redis-coordinator.ts";
import { systemClock } from "../../provider/src/core/clock.ts";
import { RedisServer, redisServer } from "./redis-server.ts";

const now = (): number => systemClock.monotonic();
const window = { limit: 20, perMs: 1030 };
const minute = { limit: 1000, perMs: 60_000 };

function stackOn(url: string): RedisCoordinator & Disposable {
  const coordinator = new RedisCoordinator(url, now);
  return Object.assign(coordinator, { [Symbol.dispose]: () => coordinator.close() });
}

describe.skipIf(redisServer === undefined)(`a Redis server (${redisServer ?? "no redis-server on PATH"})`, () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await RedisServer.start();
  });
  afterAll(() => server[Symbol.asyncDispose]());

  test("all stacks together take no more than the limit in any window, whatever the order", async () => {
    const stacks = Array.from({ length: 10 }, () => stackOn(server.url));
    const waits = await Promise.all(
      stacks.flatMap((stack) => Array.from({ length: 5 }, () => stack.take("a", 1, window))),
    );
    expect(waits.filter((wait) => wait === 0)).toHaveLength(20);
    for (const wait of waits) expect(wait).toBeLessThanOrEqual(1030);
    for (const stack of stacks) stack.close();
  });

  test("a call with many URLs takes them all or none, and the wait is for as many as it needs", async () => {
    using stack = stackOn(server.url);
    expect(await stack.take("b", 600, minute)).toBe(0);
    expect(await stack.take("b", 500, minute)).toBeGreaterThan(50_000);
    expect(await stack.take("b", 400, minute)).toBe(0);
    expect(await stack.take("other", 1000, minute)).toBe(0);
  });

  test("the place of a call that was late is free again as much later; of one that its window has forgotten, anew", async () => {
    using stack = stackOn(server.url);
    const long = { limit: 2, perMs: 60_000 };
    expect(await stack.take("d", 1, long)).toBe(0);
    await stack.late("d", 50_000, 20_000, long);
    expect(await stack.take("d", 1, long)).toBe(0);
    const wait = (await stack.take("d", 1, long)) ?? 0;
    expect(wait).toBeGreaterThan(60_000 - 50_000 + 20_000 - 5000);
    expect(wait).toBeLessThanOrEqual(60_000 - 50_000 + 20_000);
    await stack.late("e", 70_000, 69_000, long);
    await stack.late("e", 70_000, 69_000, long);
    expect(await stack.take("e", 1, long)).toBeGreaterThan(50_000);
  });

  test("accounts that share the server are told apart by name, of which only a digest is kept", async () => {
    using one = stackOn(`${server.url}?account=one`);
    using two = stackOn(`${server.url}?account=two`);
    expect(await one.take("c", 20, window)).toBe(0);
    expect(await one.take("c", 1, window)).toBeGreaterThan(0);
    expect(await two.take("c", 20, window)).toBe(0);
  });

  test("keys are digests: no operation, domain or site is read from them", async () => {
    await using own = await RedisServer.start();
    using stack = stackOn(`${own.url}?account=secret-account`);
    await stack.take("CDN RefreshObjectCaches of secret.example.com", 1, window);
    await stack.late("CDN RefreshObjectCaches", 2000, 1000, window);
    await stack.remember("CDN RefreshObjectCaches of secret.example.com", 1000);
    await stack.claim("ESA file 5407498413000", "a", 5);
    const keys = await own.keys();
    expect(keys).toHaveLength(4);
    for (const key of keys) expect(key).toMatch(/^edgecache:[0-9a-f]{16}:((limit|day):)?[0-9a-f]{16}$/);
  });

  test("a server whose clock was set back, or whose keys vanish: nobody waits for what is yet to come", async () => {
    await using own = await RedisServer.start();
    using stack = stackOn(own.url);
    expect(await stack.take("a", 20, window)).toBe(0);
    expect(await stack.claim("b", "me", 20)).toBe(0);
    for (const key of await own.keys()) {
      await own.command(`DEL ${key}`);
      await own.command(`ZADD ${key} ${Date.now() + 3_600_000} 1:20`);
    }
    expect(await stack.take("a", 20, window)).toBe(0);
    expect(await stack.claim("b", "me", 20)).toBe(0);
    for (const key of await own.keys()) await own.command(`DEL ${key}`);
    expect(await stack.take("a", 20, window)).toBe(0);
    expect(stack.warning()).toBeUndefined();
  });

  test("an idle connection that the server ends is no trouble: the next question opens another", async () => {
    await using own = await RedisServer.start();
    using stack = stackOn(own.url);
    // Several times, since the question may come before, while and after the connection is seen to end.
    for (let round = 0; round < 10; round++) {
      expect(await stack.take(`${round}`, 1, window)).toBe(0);
      await own.command("CLIENT KILL TYPE normal");
      expect(await stack.take(`${round}`, 1, window)).toBe(0);
    }
    expect(stack.warning()).toBeUndefined();
  });

  test("what stacks are about to use of a day's allowance the others know, until it is used", async () => {
    using one = stackOn(server.url);
    using two = stackOn(server.url);
    expect(await one.claim("ESA file", "a:1", 300)).toBe(0);
    expect(await two.claim("ESA file", "b", 50)).toBe(300);
    expect(await one.claim("ESA file", "a:1", 200)).toBe(50);
    expect(await two.claim("ESA file", "c", 0)).toBe(250);
    expect(await two.claim("CDN File", "c", 0)).toBe(0);
    await one.claim("ESA file", "a:1", 0);
    expect(await two.claim("ESA file", "c", 0)).toBe(50);
    await two.claim("ESA file", "b", 0);
    expect(one.warning()).toBeUndefined();
  });

  test("what one stack has learnt of a limit the others know", async () => {
    using one = stackOn(server.url);
    using two = stackOn(server.url);
    expect(await two.recall("CDN")).toBeUndefined();
    await one.remember("CDN", 1000);
    expect(await two.recall("CDN")).toBe(1000);
    expect(one.warning()).toBeUndefined();
  });
});
