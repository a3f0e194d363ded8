/**
 * The dynamic resources inside Pulumi's own host for them, with this test as the engine: what that host keeps from a
 * provider, and what it makes of its answers. When triggers fire is in test/engine/clouds.test.ts.
 */
import { createRequire } from "node:module";
import type { ControlClient } from "edgecache-emulator";
import { afterAll, beforeAll, expect, test } from "vitest";
import { metaKey, providerKey, providerText, type Meta } from "../../sdk/dynamic/src/meta.ts";
import { siteId, useClouds } from "../engine/cloud.ts";
import { Client, refused, type Bag } from "./client.ts";
import { Plugin } from "./plugin.ts";

const newCloud = useClouds();
const host = createRequire(import.meta.url).resolve("@pulumi/pulumi/cmd/dynamic-provider");
const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const secret = (value: unknown): Bag => ({
  "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
  value,
});

let plugin: Plugin | undefined;
let cloud: ControlClient;
beforeAll(async () => {
  cloud = await newCloud();
  plugin = await started(Object.entries(await cloud.configuration()));
});
afterAll(() => plugin?.[Symbol.asyncDispose]());

async function started(settings: readonly (readonly [string, string])[]): Promise<Plugin> {
  const process = await Plugin.start({ path: host, args: ["127.0.0.1:1"] });
  // Text, and the namespace with it: so the engine sends the whole stack's configuration to that host.
  await process.configure(Object.fromEntries(settings.map(([key, value]) => [`edgecache:${key}`, value])));
  return process;
}

function client(kind: string, of = plugin): Client {
  if (of === undefined) throw new Error("the host is not up");
  return new Client(of, `pulumi-nodejs:dynamic/edgecache/esa:${kind}`);
}

function resource(kind: string, properties: Bag, more: Partial<Meta> = {}): Bag {
  const meta: Meta = { type: `edgecache:esa:${kind}`, name: "it", secrets: [], timeouts: {}, ...more };
  return { ...properties, [providerKey]: providerText, [metaKey]: meta };
}

const tagging = resource("CacheTagConfig", { siteId, tagName: "Edge-Cache-Tag", caseInsensitive: "on" });

test("a setting is checked, made, read, changed elsewhere, found by .get, and gone with its site", async () => {
  const config = client("CacheTagConfig");
  const { inputs, failures } = await config.check(tagging);
  expect(failures).toEqual([]);
  expect(inputs).toEqual({ ...tagging, siteVersion: 0, onDelete: "reset" });
  const state = await config.create(inputs);
  expect(state).toMatchObject({ id: `${siteId}/0`, outputs: { ...tagging, former: { tagName: "Cache-Tag" } } });
  expect(await config.diff(state, inputs)).toMatchObject({ changes: "DIFF_NONE", replaces: [] });
  expect(await config.refresh(state)).toMatchObject({ id: state.id, inputs });

  const second = resource("CacheTagConfig", { siteId, tagName: "Other" }, { name: "second" });
  expect(JSON.stringify((await config.check(second)).failures)).toMatch(
    /declared twice: by edgecache:esa:CacheTagConfig it and by edgecache:esa:CacheTagConfig second/,
  );

  await config.update(state, { ...inputs, caseInsensitive: "off" });
  const drifted = await config.refresh(state);
  expect(drifted).toMatchObject({ inputs: { caseInsensitive: "off" }, outputs: { caseInsensitive: "off" } });
  expect(await config.diff(drifted ?? state, inputs)).toMatchObject({ changes: "DIFF_SOME", replaces: [] });
  const elsewhere = { ...inputs, siteId: "1" };
  expect(await config.diff(state, elsewhere)).toMatchObject({ replaces: ["siteId"], deleteBeforeReplace: true });

  const asked = resource("CacheTagConfig", {});
  expect(await config.read(state.id, asked, asked)).toMatchObject({ outputs: { tagName: "Edge-Cache-Tag" } });
  const other = { ...state.outputs, siteId: "1" };
  // The host always adds `__provider`; the engine goes by the empty id.
  await expect(config.read("1/0", other, other)).rejects.toThrow("gone");
  await config.delete(state);
});

test("arguments that are unknown in a preview pass, and wrong ones are told by name, with a hint", async () => {
  const trigger = client("PurgeTrigger");
  const news = resource("PurgeTrigger", { siteId, type: "cachetag", targets: [unknown], contentHash: unknown });
  expect(await trigger.check(news)).toMatchObject({ inputs: { targets: [unknown] }, failures: [] });
  expect((await client("CacheTagConfig").check({ ...tagging, siteId: "www.example.com" })).failures).toEqual([
    { property: "siteId", reason: expect.stringContaining("digits only") },
  ]);
  const url = resource(
    "PurgeTrigger",
    { siteId, type: "file", targets: ["www.example.com/a"], contentHash: "1" },
    { secrets: ["targets"] },
  );
  const { failures } = await trigger.check(url);
  expect(failures).toEqual([{ property: "", reason: expect.stringContaining("targets") }]);
  expect(JSON.stringify(failures)).not.toContain("www.example.com");
});

test("what a run owes is saved with the error, as secret as the program said, and sent by the next", async () => {
  const trigger = client("PurgeTrigger");
  const [good, bad] = ["http://www.example.com/good", "http://www.example.com/canary"];
  await cloud.faults.add({ kind: "failTarget", target: bad, as: "row", reason: "Internal Error", count: 1 });
  await cloud.requests.clear();
  const program = { siteId, type: "file", targets: [good, bad], contentHash: "v1" };
  const news = resource("PurgeTrigger", program, { secrets: ["targets"] });
  const { inputs } = await trigger.check(news);
  // The engine takes secrets off before it calls this host.
  const bare = { ...inputs, targets: [good, bad] };
  const { partial, message } = await refused(trigger.create(bare));
  expect(partial?.properties).toMatchObject({
    [providerKey]: providerText,
    [metaKey]: news[metaKey],
    status: "partial",
    owed: secret([expect.objectContaining({ target: bad })]),
    targets: secret([good, bad]),
  });
  expect(`${message}${partial?.reasons.join()}`).not.toContain("canary");

  const stored = { ...partial?.properties, targets: [good, bad], owed: [{ target: bad, code: "x", reason: "y" }] };
  const state = { id: partial?.id ?? "", inputs: bare, outputs: stored };
  expect(await trigger.diff(state, bare)).toMatchObject({ changes: "DIFF_SOME" });
  expect((await trigger.update(state, bare)).outputs).toMatchObject({ status: "complete", owed: [] });
  const sent = (await cloud.requests.find({ action: "PurgeCaches" })).map(({ params }) => String(params["Content"]));
  expect(sent.map((content) => JSON.parse(content).Files)).toEqual([[good, bad], [bad]]);
});

test("customTimeouts end an operation; its tasks are saved, and its progress was printed", async () => {
  await cloud.settings.limits({ "esa.purgeMs": 60_000 });
  const program = { siteId, type: "cachetag", targets: ["a"], contentHash: "v1" };
  const news = resource("PurgeTrigger", program, { timeouts: { create: 1 } });
  const { inputs } = await client("PurgeTrigger").check(news);
  const { partial } = await refused(client("PurgeTrigger").create(inputs));
  expect(partial?.properties).toMatchObject({ status: "submitted", tasks: [{ targetCount: 1 }] });
  // Its progress is printed, as that host has no status line.
  expect(plugin?.stderr.join("")).toMatch(/PurgeTrigger it: \d+ % · /);
});

test("a wrong setting and a wrong key are told in words, without a stack and without the key", async () => {
  await using wrong = await started([["alibabaSite", "moon"]]);
  const { message } = await refused(client("CacheTagConfig", wrong).check(tagging));
  expect(message).toMatch(/^configuration edgecache:alibabaSite: must be one of china, international/);

  const { esaEndpoint, alibabaAccessKeyId } = await cloud.configuration();
  const key = { esaEndpoint, alibabaAccessKeyId, alibabaAccessKeySecret: "canary-key" };
  await using strange = await started(Object.entries(key));
  const failed = await refused(client("CacheTagConfig", strange).create(tagging));
  expect(failed.message).toMatch(/^ESA GetCacheTag failed: SignatureDoesNotMatch: /);
  expect(failed.partial).toBeUndefined();
  expect(strange.stderr.join("")).not.toMatch(/canary-key|\n\s+at /);
});
