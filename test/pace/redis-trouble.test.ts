/** A coordinator in trouble: each stack goes on alone at once, is told once what is wrong, and no secret with it. */
import { createServer as createSecure } from "node:tls";
import type { Socket } from "node:net";
import { describe, expect, test } from "vitest";
import { config } from "../../provider/src/config.ts";
import { systemClock } from "../../provider/src/core/clock.ts";
import { coordinatorAt } from "../../provider/src/core/pace/coordinator-at.ts";
import { selfSigned } from "../../emulator/src/vendors/alibaba/oss/certificate.ts";
import { Between, RedisServer, redisServer } from "./redis-server.ts";

const monotonic = (): number => systemClock.monotonic();
const bob = ["--user", "bob", "on", ">hunter2", "~*", "+@all"];
const window = { limit: 20, perMs: 1030 };
const { key, cert } = selfSigned(Date.now(), ["127.0.0.1"]);
const secure = (greet: (socket: Socket) => void) => createSecure({ key, cert }, greet);

interface Trouble extends AsyncDisposable {
  readonly url: string;
  readonly between?: Between;
}

/** Answers everything with this. */
async function answering(text: string, write: (socket: Socket) => void = () => undefined): Promise<Trouble> {
  const between = await Between.of((socket) => {
    socket.on("data", () => socket.write(text));
    write(socket);
  });
  return at(between);
}

function at(between: Between, behind?: AsyncDisposable, scheme = "redis"): Trouble {
  return {
    url: `${scheme}://bob:hunter2@127.0.0.1:${between.port}`,
    between,
    async [Symbol.asyncDispose]() {
      await between[Symbol.asyncDispose]();
      await behind?.[Symbol.asyncDispose]();
    },
  };
}

async function server(...options: string[]): Promise<Trouble> {
  const redis = await RedisServer.start(...options);
  return at(await Between.start(redis), redis);
}

/** With a use that some other release, or some other program, left behind. */
async function holding(command: (name: string) => string): Promise<Trouble> {
  const redis = await RedisServer.start(...bob);
  const url = `redis://127.0.0.1:${redis.port}`;
  const before = coordinatorAt(url, monotonic);
  await before.take("t", 1, window);
  before.close();
  const [name = ""] = await redis.keys();
  await redis.command(`DEL ${name}`);
  await redis.command(command(name));
  return { url, [Symbol.asyncDispose]: () => redis[Symbol.asyncDispose]() };
}

const nothingListens = async (): Promise<Trouble> => {
  const trouble = await answering("");
  await trouble[Symbol.asyncDispose]();
  return { ...trouble, [Symbol.asyncDispose]: () => Promise.resolve() };
};

const silent = "it did not answer in time";
const troubles: readonly (readonly [string, string, () => Promise<Trouble>])[] = [
  ["away", "ECONNREFUSED: nothing listens at its address", nothingListens],
  ["silent from the start", silent, () => answering("")],
  ["a server of HTTP", "what listens there is no Redis server", () => answering("HTTP/1.1 400 Bad Request\r\n\r\n")],
  ["one that only hangs up", "it ended the connection", async () => answering("", (socket) => socket.destroy())],
  ["a node of a cluster", "MOVED: it belongs to a cluster; give", () => answering("-MOVED 39 10.1.2.3:6381\r\n")],
  ["a wrong password", "WRONGPASS: it refuses the user or the password", () => server("--requirepass", "hunter3")],
  ["a replica", "READONLY: it is a replica; give", async () => server(...bob, "--replicaof", "127.0.0.1", "1")],
  [
    "one that allows nothing",
    "NOPERM: its user needs EVAL",
    async () => server("--user", "bob", "on", ">hunter2", "~*", "+@connection"),
  ],
  ["slow by 10 s", silent, async () => slow(10_000)],
];

async function slow(answerMs: number): Promise<Trouble> {
  const trouble = await server(...bob);
  if (trouble.between !== undefined) trouble.between.answerMs = answerMs;
  return trouble;
}

async function deciding(
  trouble: Trouble,
  warning: string,
  coordinator = coordinatorAt(trouble.url, monotonic),
): Promise<void> {
  const asked = [
    coordinator.take("t", 1, window),
    coordinator.recall("t"),
    coordinator.claim("t", "me", 1),
    coordinator.remember("t", 1),
    coordinator.late("t", 1, 1, window),
  ];
  const start = systemClock.monotonic();
  expect(await Promise.all(asked)).toEqual(asked.map(() => undefined));
  expect(systemClock.monotonic() - start).toBeLessThan(5000);
  // From then on it is not even asked for a while.
  const again = systemClock.monotonic();
  for (let call = 0; call < 100; call++) expect(await coordinator.take("t", 1, window)).toBeUndefined();
  expect(systemClock.monotonic() - again).toBeLessThan(1000);
  const said = coordinator.warning() ?? "";
  expect(said).toContain(`The coordinator cannot be asked (${warning}`);
  expect(said).toContain("this run keeps to the limits by itself");
  expect(said).not.toMatch(/hunter|bob|127\.0|10\.1/);
  expect(coordinator.warning()).toBeUndefined();
  // Nothing is kept open, and nothing tries again behind one's back.
  await expect.poll(() => trouble.between?.connections ?? 0).toBe(0);
  coordinator.close();
}

describe.skipIf(redisServer === undefined)(`in trouble (${redisServer ?? "no redis-server on PATH"})`, () => {
  test.each(troubles)("%s: %s", async (_name, warning, begin) => {
    await using trouble = await begin();
    await deciding(trouble, warning);
  });

  test("killed in mid-run, and back: after half a minute it is asked again", async () => {
    await using redis = await RedisServer.start();
    let skippedMs = 0;
    const coordinator = coordinatorAt(redis.url, () => systemClock.monotonic() + skippedMs);
    expect(await coordinator.take("t", 1, window)).toBe(0);
    await redis.kill();
    expect(await coordinator.take("t", 1, window)).toBeUndefined();
    expect(coordinator.warning()).toBeDefined();
    await redis.start();
    expect(await coordinator.take("t", 1, window)).toBeUndefined();
    skippedMs = 30_000;
    expect(await coordinator.take("t", 1, window)).toBe(0);
    await redis.kill();
    expect(await coordinator.take("t", 1, window)).toBeUndefined();
    expect(coordinator.warning()).toBeUndefined();
    coordinator.close();
  });

  test("frozen in mid-run: no answer within a second, and none later counts", async () => {
    await using redis = await RedisServer.start(...bob);
    await using between = await Between.start(redis);
    const coordinator = coordinatorAt(at(between).url, monotonic);
    expect(await coordinator.take("t", 1, window)).toBe(0);
    redis.freeze();
    await expect.poll(() => coordinator.take("t", 1, window), { timeout: 5000 }).toBeUndefined();
    expect(coordinator.warning()).toContain(silent);
    await expect.poll(() => between.connections).toBe(0);
  });

  test.each([
    {
      what: "of another type",
      command: (name: string) => `LPUSH ${name} x`,
      warning: "WRONGTYPE: something else uses",
    },
    { what: "of another release", command: (name: string) => `ZADD ${name} ${Date.now()} odd`, warning: "ERR" },
  ])("a key $what", async ({ command, warning }) => {
    await using trouble = await holding(command);
    const coordinator = coordinatorAt(trouble.url, monotonic);
    expect(await coordinator.take("t", 1, window)).toBeUndefined();
    expect(coordinator.warning()).toContain(warning);
    coordinator.close();
  });

  test("full: what it still counts is taken, and the first question that it refuses is the last", async () => {
    await using trouble = await server(...bob, "--maxmemory", "1kb");
    const coordinator = coordinatorAt(trouble.url, monotonic);
    expect(await coordinator.take("t", 1, window)).toBe(0);
    expect(coordinator.warning()).toBeUndefined();
    await coordinator.remember("t", 1000);
    await deciding(trouble, "OOM: it is full", coordinator);
  });

  test("flushed in mid-run: the windows begin anew, and nothing is said", async () => {
    await using redis = await RedisServer.start();
    const coordinator = coordinatorAt(redis.url, monotonic);
    expect(await coordinator.take("t", 20, window)).toBe(0);
    await redis.command("FLUSHALL");
    await redis.command("SCRIPT FLUSH");
    expect(await coordinator.take("t", 20, window)).toBe(0);
    expect(coordinator.warning()).toBeUndefined();
    coordinator.close();
  });

  test("rediss: a certificate of an authority that is not trusted, and of one that caBundle names", async () => {
    await using redis = await RedisServer.start(...bob);
    await using between = await Between.start(redis, secure);
    const { url } = at(between, undefined, "rediss");
    const doubting = coordinatorAt(url, monotonic);
    expect(await doubting.take("t", 1, window)).toBeUndefined();
    expect(doubting.warning()).toMatch(/SIGNED\w*: its certificate is not trusted; see caBundle/);
    const trusting = coordinatorAt(url, monotonic, () => [cert]);
    expect(await trusting.take("t", 1, window)).toBe(0);
    trusting.close();
    const plain = coordinatorAt(redis.url, monotonic, () => [cert]);
    expect(await plain.take("t", 1, window)).toBe(0);
    plain.close();
  });
});

test.each(["redis://bob:p%ZZ@127.0.0.1", "redis://", "http://127.0.0.1:6379", "127.0.0.1:6379"])(
  "%s is refused, unshown",
  async (coordinator) => {
    const { failures } = (await config()).check({ coordinator });
    expect(JSON.stringify(failures)).toContain("must be redis://");
    expect(JSON.stringify(failures)).not.toContain("p%ZZ");
  },
);
