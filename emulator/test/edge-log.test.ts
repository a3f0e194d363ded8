/** What the control API tells of the edge: who got what at which node, and which copies a purge took there. */
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type Emulator, startEmulator } from "../src/index.ts";
import { alibaba } from "./clients.ts";

let emulator: Emulator;
const SiteId = "5407498413000";
const url = "http://www.example.com/p";

beforeAll(async () => {
  const limits = { "esa.purgeMs": 2000, "edge.lateNodeMs": 1000 };
  emulator = await startEmulator({ clock: "2026-11-22T12:00:00Z", seed: { nodes: ["hangzhou", "frankfurt"], limits } });
});
beforeEach(async () => {
  await emulator.control.clock.freeze("2026-11-22T12:00:00Z");
  await emulator.control.reset();
  await emulator.control.origin.publish({ path: "/p", body: "<title>T</title><p>one &amp;\n<b>two</b></p>" });
});
afterAll(() => emulator.close());

async function post(path: string, body: unknown): Promise<unknown[]> {
  const headers = { "content-type": "application/json" };
  const answer = await fetch(`${emulator.endpoint}/_emulator${path}`, {
    method: "POST",
    headers,
    body: JSON.stringify(body),
  });
  return [answer.status, await answer.json()];
}

test("a visit by the control API is a visit: at each node, or at the one that is named", async () => {
  expect(await post("/edge/visits", { url, node: "frankfurt" })).toEqual([
    200,
    [{ node: "frankfurt", status: 200, cache: "MISS", body: expect.stringContaining("<b>two</b>") as string }],
  ]);
  expect(await post("/edge/visits", { url })).toMatchObject([
    200,
    [
      { node: "hangzhou", cache: "MISS" },
      { node: "frankfurt", cache: "HIT", age: 0 },
    ],
  ]);
  expect(await post("/edge/visits", { url: "http://unknown.example/" })).toEqual([
    404,
    { error: "no service delivers http://unknown.example/, or there is no such node" },
  ]);
  expect((await post("/edge/visits", { url, node: "nowhere" }))[0]).toBe(404);
  expect((await post("/edge/visits", { url, headers: { "x\n": "y" } }))[0]).toBe(400);
});

test("the log tells each visitor, and of a purge when it came to each node and what it took there", async () => {
  await emulator.control.visit(url, { node: "frankfurt" });
  const Content = JSON.stringify({ Files: [url] });
  await alibaba(emulator.endpoint, "esa", "PurgeCaches", { SiteId, Type: "file", Content });
  await emulator.control.clock.advance(60_000);
  const [call] = await emulator.control.requests.find({ action: "PurgeCaches" });
  const common = { kind: "purge", requestId: call?.requestId, mode: "delete" };
  expect(await emulator.control.edge.log()).toEqual([
    {
      kind: "visit",
      seq: 1,
      at: "2026-11-22T12:00:00.000Z",
      node: "frankfurt",
      method: "GET",
      host: "www.example.com",
      path: "/p",
      status: 200,
      cache: "MISS",
      excerpt: "one &amp; two",
    },
    { ...common, seq: 2, at: "2026-11-22T12:00:01.500Z", node: "hangzhou", objects: 0, urls: [] },
    { ...common, seq: 3, at: "2026-11-22T12:00:03.000Z", node: "frankfurt", objects: 1, urls: ["www.example.com/p"] },
  ]);
  await emulator.control.edge.clearLog();
  expect(await emulator.control.edge.log()).toEqual([]);
});

test("what is no text has no excerpt, and the log keeps the newest", async () => {
  await emulator.control.origin.publish({ path: "/i", body: "x", headers: { "content-type": "image/png" } });
  for (let visit = 0; visit < 5; visit += 1) await emulator.control.visit("http://www.example.com/i");
  const newest = await fetch(`${emulator.endpoint}/_emulator/edge/log?limit=2`);
  expect(await newest.json()).toMatchObject([{ seq: 4 }, { seq: 5 }]);
  expect((await emulator.control.edge.log()).map((event) => "excerpt" in event)).toEqual(Array(5).fill(false));
});
