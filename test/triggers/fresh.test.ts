/** The gate before a purge, end to end: what the log of requests and a visitor at each node see. */
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { explain } from "../../provider/src/explain.ts";
import {
  cached,
  check,
  digest,
  fresh,
  gate,
  late,
  old,
  useFreshWorlds,
  type FreshWorld,
  type Interfere,
} from "./fresh-world.ts";
import type { Token } from "./subjects.ts";

const open = useFreshWorlds();

const services: readonly Token[] = ["esa:PurgeTrigger", "cdn:PurgeTrigger", "dcdn:PurgeTrigger", "teo:PurgeTrigger"];

test.each(services)("%s: waits for a late origin, purges once, and proves it at three nodes", async (token) => {
  const world = await cached(await open(token));
  world.origin.interfere = late(world, 90);
  const { outputs, problems, logs } = await world.stack.up(world.program(fresh, { ...gate(world), ...check(world) }), {
    timeoutMs: 1_800_000,
  });
  expect(problems).toEqual([]);
  const purges = await world.purges();
  expect(purges.map(({ paths }) => paths)).toEqual([["/a", "/b"]]);
  expect(purges[0]?.second).toBeGreaterThanOrEqual(90);
  expect(await world.visitors(["/a", "/b"])).toEqual(["new a", "new b", "new a", "new b", "new a", "new b"]);
  const proofs = ["/a", "/b"].flatMap((path) =>
    world.edge.map(({ address }) => ({
      url: `http://${world.host}${path}`,
      node: address,
      shownBy: `SHA-256 ${digest(`new ${path.slice(1)}`)}`,
    })),
  );
  expect(outputs["proven"]).toEqual(proofs.map((proof) => expect.objectContaining(proof)));
  expect(logs.at(-1)).toMatch(/2 files by \d tasks?: complete; 2 URLs seen fresh at 3 nodes$/);
});

test("a gate that stays closed: nothing is sent, the old state stands, the error says what was found", async () => {
  const world = await cached(await open("esa:PurgeTrigger"));
  const before = world.stack.state;
  const program = world.program(fresh, { awaitOrigin: { address: world.origin.address, within: 30 } });
  const closed: unknown = await world.stack.up(program).catch((error: unknown) => error);
  expect(explain(closed)).toMatchObject({ status: "FAILED_PRECONDITION", awaits: true });
  expect(closed).toHaveProperty(
    "message",
    expect.stringContaining(
      [
        "awaitOrigin: after 30 s the origin does not serve the new content at 2 of 2 URLs; nothing was sent.",
        `  http://www.example.com/a at ${world.origin.address}: expected SHA-256 ${digest("new a")}, found 200, SHA-256 ${digest("old a")}`,
      ].join("\n"),
    ),
  );
  expect(world.stack.state).toEqual(before);
  expect(await world.purges()).toEqual([]);
  await world.publish(fresh);
  expect((await world.stack.up(program)).problems).toEqual([]);
  expect(await world.visitors(["/a"])).toEqual(["new a", "new a", "new a"]);
});

test("a gate without an address asks the edge itself, and says so before and when it does", async () => {
  const world = await cached(await open("esa:PurgeTrigger"));
  const warning = expect.stringContaining("warn: awaitOrigin asks the targets' own hosts, which may be the edge");
  const blind = world.program(fresh, { awaitOrigin: { within: 5 }, failurePolicy: "warn" });
  expect(await world.stack.preview(blind)).toContainEqual(warning);
  expect((await world.stack.up(blind)).logs).toContainEqual(warning);
  const told = world.program(fresh, gate(world));
  expect(await world.stack.preview(told)).not.toContainEqual(warning);
});

test("a gate that has less time than it would wait says what it found, too", async () => {
  const world = await cached(await open("esa:PurgeTrigger"));
  const up = world.stack.up(world.program(fresh, gate(world)), { timeoutMs: 20_000 });
  await expect(up).rejects.toThrow("awaitOrigin: after 18 s the origin does not serve the new content at 2 of 2 URLs");
});

test("with failurePolicy warn a closed gate owes what was not sent", async () => {
  const world = await cached(await open("teo:PurgeTrigger"));
  const program = world.program(fresh, {
    awaitOrigin: { address: world.origin.address, within: 5 },
    failurePolicy: "warn",
  });
  const { outputs, logs } = await world.stack.up(program);
  expect(outputs["status"]).toBe("failed");
  expect(outputs["owed"]).toEqual([
    expect.objectContaining({ target: "http://www.example.net/a", code: "OriginNotReady" }),
    expect.objectContaining({ target: "http://www.example.net/b", code: "OriginNotReady" }),
  ]);
  expect(logs.join("\n")).toContain("warn: awaitOrigin: after 5 s the origin does not serve the new content");
  expect(await world.purges()).toEqual([]);
  await world.publish(fresh);
  expect((await world.stack.up(program)).outputs["status"]).toBe("complete");
  expect(await world.visitors(["/a", "/b"])).toEqual(["new a", "new b", "new a", "new b", "new a", "new b"]);
});

const compressing: Interfere = (request, response) => {
  response.setHeader("Content-Encoding", "gzip").end(gzipSync(request.url === "/a" ? "new a" : "new b"));
  return "answered";
};
const redirecting: Interfere = (request, response) => {
  if (!/^\/(a|b)$/.test(request.url ?? "")) return undefined;
  response.writeHead(301, { Location: `${request.url}/` }).end();
  return "answered";
};

test.each<[string, (world: FreshWorld) => Interfere, number]>([
  [
    "flapping",
    (world) => {
      let turn = 0;
      return (_request, response) => {
        if (world.second() >= 40 || turn++ % 3 > 0) return undefined;
        response.end("old a");
        return "answered";
      };
    },
    40,
  ],
  ["compressing", () => compressing, 0],
  ["redirecting", () => redirecting, 0],
  [
    "down at first",
    (world) => (request) => {
      if (world.second() >= 30) return undefined;
      request.socket.destroy();
      return "answered";
    },
    30,
  ],
])("an origin that is %s: one purge, not before it serves the new release", async (_, behaviour, from) => {
  const world = await cached(await open("cdn:PurgeTrigger"));
  await world.publish({ ...fresh, "/a/": "new a", "/b/": "new b" });
  world.origin.interfere = behaviour(world);
  const { problems } = await world.stack.up(world.program(fresh, { ...gate(world), ...check(world) }), {
    timeoutMs: 1_800_000,
  });
  expect(problems).toEqual([]);
  const purges = await world.purges();
  expect(purges).toHaveLength(1);
  expect(purges[0]?.second).toBeGreaterThanOrEqual(from);
  expect(await world.visitors(["/a"])).toEqual(["new a", "new a", "new a"]);
});

test("removed pages: the gate waits for 404 where that is asked for, and so does the check", async () => {
  const world = await cached(await open("esa:PurgeTrigger"));
  world.origin.interfere = async () => {
    if (world.second() >= 20) await world.control.origin.unpublish(world.host, "/b");
    return undefined;
  };
  const asked = {
    awaitOrigin: { address: world.origin.address, removed: "gone" },
    ...check(world, { removed: "gone" }),
  };
  const { outputs, problems } = await world.stack.up(world.program({ "/a": "old a" }, asked), {
    timeoutMs: 1_800_000,
  });
  expect(problems).toEqual([]);
  const [purge] = await world.purges();
  expect(purge?.paths).toEqual(["/b"]);
  expect(purge?.second).toBeGreaterThanOrEqual(20);
  expect(outputs["proven"]).toMatchObject([
    { shownBy: "404 or 410" },
    { shownBy: "404 or 410" },
    { shownBy: "404 or 410" },
  ]);
});

test.each<Token>(["esa:PrefetchTrigger", "teo:PrefetchTrigger", "cdn:PrefetchTrigger"])(
  "%s: nothing old is prefetched",
  async (token) => {
    const world = await open(token);
    await world.publish(old);
    world.origin.interfere = late(world, 45);
    const { problems } = await world.stack.up(world.program(fresh, gate(world)), { timeoutMs: 3_600_000 });
    expect(problems).toEqual([]);
    const [prefetch] = await world.purges();
    expect(prefetch?.second).toBeGreaterThanOrEqual(45);
    expect(await world.visitors(["/a"])).toEqual(["new a", "new a", "new a"]);
  },
);
