/** What CDN's, DCDN's and Edge Routine's pages ask of the triggers, beyond their formats (check.test.ts). */
import { afterAll, beforeAll, expect, test } from "vitest";
import { startEmulator, type Emulator } from "../../emulator/src/index.ts";
import * as cdn from "../../provider/src/clouds/alibaba/cdn/index.ts";
import { contextOf, resourceOf, Stack } from "./world.ts";

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator({ limits: { "cdn.refreshMs": 20 } });
});
afterAll(() => emulator.close());

async function world(name: string) {
  const tenant = await emulator.control.createTenant(name);
  const context = contextOf(await tenant.configuration());
  const stack = new Stack(resourceOf(cdn, "edgecache:cdn:PurgeTrigger"), context);
  const sent = async () =>
    (await tenant.requests.find({ action: "RefreshObjectCaches" })).map(({ params }) => params["ObjectPath"]);
  return { tenant, stack, sent };
}

test("a target with and one without a scheme are one", async () => {
  const { stack, sent } = await world("schemeless");
  const long = { type: "Directory", targets: ["https://cdn.example.com/a/"], contentHash: "1" };
  const short = { ...long, targets: ["cdn.example.com/a/"] };
  expect(stack.check({ ...long, targets: [...long.targets, ...short.targets] })).toEqual([
    "targets.1 is the same as targets[0]",
  ]);
  await stack.up(long);
  await stack.up(short);
  expect(await sent()).toEqual(["https://cdn.example.com/a/"]);
  await stack.up({ ...short, contentHash: "2" });
  expect(await sent()).toEqual(["https://cdn.example.com/a/", "https://cdn.example.com/a/"]);
  expect(stack.check({ ...short, targets: ["cdn.example.com/a"] })).toEqual([
    expect.stringContaining("is no directory"),
  ]);
});

test("also as keys of contents", async () => {
  const { stack, sent } = await world("schemeless-contents");
  await stack.up({ type: "File", contents: { "https://cdn.example.com/a": "1", "cdn.example.com/b": "1" } });
  await stack.up({ type: "File", contents: { "cdn.example.com/a": "1", "https://cdn.example.com/b": "2" } });
  expect(await sent()).toEqual(["https://cdn.example.com/b\nhttps://cdn.example.com/a", "https://cdn.example.com/b"]);
  const twice = { "cdn.example.com/a": "1", "https://cdn.example.com/a": "2" };
  expect(stack.check({ type: "File", contents: twice })).toEqual([
    expect.stringContaining("is the same as cdn.example.com/a"),
  ]);
});

test("the preview of a purge by tag says once for each domain that nobody can tell whether the feature is on", async () => {
  const { stack } = await world("tags");
  const program = { type: "CacheTag", domainName: "cdn.example.com", targets: ["a"], contentHash: "1" };
  const aboutTags = (lines: readonly string[]) => lines.filter((line) => line.includes("cache tag feature"));
  expect(aboutTags(await stack.preview(program))).toEqual([
    expect.stringContaining("cdn.example.com: tags are purged"),
  ]);
  expect(aboutTags(await stack.preview(program))).toEqual([]);
  expect(aboutTags(await stack.preview({ ...program, domainName: "static.example.com" }))).toHaveLength(1);
});
