/** Gate and check with what does not go with them: refused by Check or, where a file must be read first, before anything is sent. */
import { expect, test } from "vitest";
import type { Value } from "../../provider/src/engine/wire/values.ts";
import { digest, useFreshWorlds } from "./fresh-world.ts";

const open = useFreshWorlds();
const url = "http://www.example.com/a";
const siteId = "5407498413000";
const preload = { siteId, type: "preload", contents: { [url]: digest("a") } };

test.each<[string, Record<string, Value>, string[]]>([
  [
    "esa:UploadTask",
    { ...preload, verifyEdge: {} },
    ["verifyEdge does not apply to type preload, which purges nothing"],
  ],
  [
    "esa:UploadTask",
    { ...preload, onRollback: "force" },
    ["onRollback does not apply to type preload, which purges nothing"],
  ],
  ["esa:UploadTask", { ...preload, rollback: true }, ["rollback does not apply to type preload, which purges nothing"]],
  ["esa:UploadTask", { ...preload, awaitOrigin: { address: "10.0.0.1" } }, []],
  [
    "esa:PrefetchTrigger",
    { siteId, contents: preload.contents, verifyEdge: {} },
    [expect.stringContaining("verifyEdge there is no such property")],
  ],
  [
    "teo:PrefetchTrigger",
    { zoneId: "zone-1", contents: preload.contents, verifyEdge: {} },
    [expect.stringContaining("verifyEdge there is no such property")],
  ],
  [
    "esa:PurgeTrigger",
    { siteId, type: "file", contents: preload.contents, awaitOrigin: { url: "http://10.0.0.1", address: "10.0.0.1" } },
    ["awaitOrigin.address cannot be used together with url, which has an address of its own"],
  ],
  [
    "cdn:PurgeTrigger",
    { type: "File", contents: preload.contents, verifyEdge: { nodes: ["10.0.0.1"], resolvers: ["10.0.0.2"] } },
    ["verifyEdge.resolvers cannot be used together with nodes"],
  ],
  [
    "dcdn:PurgeTrigger",
    { type: "File", contents: preload.contents, verifyEdge: { expect: { text: "a", digest: "a".repeat(64) } } },
    ["verifyEdge.expect takes one of digest, header with value, and text"],
  ],
  [
    "cdn:PurgeTrigger",
    { type: "File", contents: preload.contents, verifyEdge: { headers: { Range: "bytes=0-1", "X-A": "a " } } },
    [
      "verifyEdge.headers.X-A begins or ends with a space, which HTTP strips",
      "verifyEdge.headers holds Range, with which no answer would be the page; leave it out",
    ],
  ],
  [
    "cdn:PurgeTrigger",
    {
      type: "File",
      contents: preload.contents,
      verifyEdge: { host: "münchen.de", headers: { "X-A": "1", "x-a": "2" } },
    },
    ["verifyEdge.host must be a host name, in ASCII", "verifyEdge.headers X-A and x-a are one header; give it once"],
  ],
])("%s %j", async (token, program, problems) => {
  const { stack } = await open(token);
  const found = stack.check(program);
  expect(found).toEqual(problems);
});

test("wait: false with verifyEdge: the preview says that nothing is checked, and nobody is asked", async () => {
  const world = await open("teo:PurgeTrigger");
  const program = world.program(
    { "/a": "a" },
    { wait: false, verifyEdge: { nodes: world.edge.map(({ address }) => address) } },
  );
  expect(await world.stack.preview(program)).toContain("info: checks nothing at the edge: verifyEdge needs wait");
  const { outputs } = await world.stack.up(program);
  expect(outputs["status"]).toBe("submitted");
  expect(outputs).not.toHaveProperty("proven");
  expect(world.edge.flatMap(({ log }) => log)).toEqual([]);
});

test.each<[string, Record<string, Value>]>([
  ["esa:PurgeTrigger", { type: "purgeall", contentHash: "1" }],
  ["esa:PurgeTrigger", { type: "hostname", targets: ["www.example.com"], contentHash: "1" }],
  ["esa:UploadTask", { type: "file", url: "https://oss.example.com/list.txt", contentHash: "1" }],
  ["cdn:PurgeTrigger", { type: "Regex", targets: ["http://cdn.example.com/.*"], contentHash: "1" }],
  ["teo:PurgeTrigger", { type: "purge_all", contentHash: "1" }],
  ["teo:PurgeTrigger", { type: "purge_host", targets: ["www.example.net"], contentHash: "1" }],
])("%s %j names no URL to ask for, so urls must", async (token, more) => {
  const world = await open(token);
  const program = world.program({}, { contents: undefined, ...more });
  const probes: Record<string, Value>[] = [{ awaitOrigin: { address: world.origin.address } }, { verifyEdge: {} }];
  for (const probe of probes) {
    await expect(world.stack.preview({ ...program, ...probe })).rejects.toThrow("Give urls");
    await expect(world.stack.up({ ...program, ...probe })).rejects.toThrow("Give urls");
  }
  expect(await world.purges()).toEqual([]);
  expect(world.origin.log).toEqual([]);
});
