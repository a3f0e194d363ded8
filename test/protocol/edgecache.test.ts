/** Conformance of the real plugin against the emulator (check 39, and what the toy proves of the engine layer). */
import type { ControlClient } from "edgecache-emulator";
import { afterAll, beforeAll, expect, test } from "vitest";
import { siteId, useClouds } from "../engine/cloud.ts";
import { Client, refused, type Bag, type State } from "./client.ts";
import { asset, Plugin, secret, secretSig, sig } from "./plugin.ts";

const newCloud = useClouds();
let plugin: Plugin | undefined;
let cloud: ControlClient | undefined;
beforeAll(async () => {
  cloud = await newCloud();
  plugin = await Plugin.start();
  await plugin.configure({ ...(await cloud.configuration()) });
});
afterAll(() => plugin?.[Symbol.asyncDispose]());

function running(): Plugin {
  if (plugin === undefined) throw new Error("the plugin is not up");
  return plugin;
}

function client(type: string): Client {
  return new Client(running(), `edgecache:esa:${type}`);
}

async function actions(): Promise<string[]> {
  const found = await cloud?.requests.find();
  await cloud?.requests.clear();
  return (found ?? []).map(({ action }) => action).filter((action) => !/^(Get|Describe|List)/.test(action));
}

async function made(of: Client, news: Bag): Promise<State> {
  const { inputs, failures } = await of.check(news);
  expect(failures).toEqual([]);
  return await of.create(inputs);
}

test("check 39 a purge trigger fires when the hash changed, and never otherwise", async () => {
  const trigger = client("PurgeTrigger");
  const news = { siteId, type: "cachetag", targets: ["a", "b"], contentHash: "v1" };
  const { inputs } = await trigger.check(news);
  await trigger.create(inputs, { preview: true });
  expect(await actions()).toEqual([]);
  const state = await trigger.create(inputs);
  expect(await actions()).toEqual(["PurgeCaches"]);
  expect(await trigger.diff(state, inputs)).toMatchObject({ changes: "DIFF_NONE" });

  const next = (await trigger.check({ ...news, contentHash: "v2" }, inputs)).inputs;
  expect(await trigger.diff(state, next)).toMatchObject({
    changes: "DIFF_SOME",
    replaces: [],
    detailed: { contentHash: "UPDATE" },
  });
  await trigger.update(state, next, { preview: true });
  expect(await actions()).toEqual([]);
  const purged = await trigger.update(state, next);
  expect(await actions()).toEqual(["PurgeCaches"]);

  const refreshed = await trigger.refresh(purged);
  expect(refreshed).toEqual(purged);
  await trigger.delete(purged);
  await trigger.delete(purged);
  expect(await actions()).toEqual([]);
});

test("the diff of contents names each target that is changed, removed and new", async () => {
  const trigger = client("PurgeTrigger");
  const of = (contents: Bag): Bag => ({ siteId, type: "file", contents, onCreate: "skip" });
  const page = (name: string): string => `http://www.example.com/${name}`;
  const state = await made(trigger, of({ [page("a")]: "1", [page("b")]: "1", [page("c")]: "1" }));
  const next = (await trigger.check(of({ [page("a")]: "1", [page("b")]: "2", [page("d")]: "1" }))).inputs;
  expect((await trigger.diff(state, next)).detailed).toEqual({
    [`contents["${page("b")}"]`]: "UPDATE",
    [`contents["${page("c")}"]`]: "DELETE",
    [`contents["${page("d")}"]`]: "ADD",
  });
});

test.each([
  ["edgecache:esa:PurgeTrigger", "siteId", { siteId, type: "file" }, "1"],
  ["edgecache:esa:PrefetchTrigger", "siteId", { siteId }, "1"],
  ["edgecache:teo:PurgeTrigger", "zoneId", { zoneId: "zone-1", type: "purge_url" }, "zone-2"],
  ["edgecache:teo:PrefetchTrigger", "zoneId", { zoneId: "zone-1" }, "zone-2"],
])("%s: another %s is a new trigger, so onCreate decides", async (token, where, base, elsewhere) => {
  const trigger = new Client(running(), token);
  const news = { ...base, targets: ["http://www.example.com/"], contentHash: "1", onCreate: "skip" };
  const state = await made(trigger, news);
  const next = (await trigger.check({ ...news, [where]: elsewhere }, state.inputs)).inputs;
  expect(await trigger.diff(state, next)).toMatchObject({
    replaces: [where],
    detailed: { [where]: "UPDATE_REPLACE" },
    deleteBeforeReplace: false,
  });
  await trigger.create(next);
  expect(await actions()).toEqual([]);
});

test("check 39 what failed is purged again, and only that", async () => {
  const trigger = client("PurgeTrigger");
  const { inputs } = await trigger.check({
    siteId,
    type: "file",
    targets: ["http://www.example.com/x", "http://www.example.com/y"],
    contentHash: "v1",
  });
  await cloud?.faults.add({ kind: "failTarget", action: "PurgeCaches", target: "http://www.example.com/y", count: 1 });
  const { code, partial } = await refused(trigger.create(inputs));
  expect(code).toBe("FAILED_PRECONDITION");
  if (partial === undefined) throw new Error("no partial state");
  expect(partial.properties).toMatchObject({ status: "partial", owed: [{ target: "http://www.example.com/y" }] });
  expect(await actions()).toEqual(["PurgeCaches"]);
  const state = { id: partial.id, inputs, outputs: partial.properties };
  // Nothing in the program changed: what is owed is what there is to do, and the diff shows each.
  expect(await trigger.diff(state, inputs)).toEqual({
    changes: "DIFF_SOME",
    diffs: ["owed"],
    replaces: [],
    detailed: { "owed[0]": "UPDATE of outputs" },
    deleteBeforeReplace: false,
  });
  // To a refresh it is no drift: the cloud is as the state says.
  const refreshed = await trigger.refresh(state);
  expect(refreshed).toEqual(state);
  expect(await trigger.diff(state, inputs)).toMatchObject({ changes: "DIFF_NONE" });
  await trigger.check(inputs, inputs);
  expect(await trigger.diff(state, inputs)).toMatchObject({ changes: "DIFF_SOME" });
  const healed = await trigger.update(state, inputs);
  expect(healed.outputs).toMatchObject({ status: "complete", owed: [] });
  const [call] = (await cloud?.requests.find({ action: "PurgeCaches" })) ?? [];
  expect(JSON.stringify(call)).toContain("/y");
  expect(JSON.stringify(call)).not.toContain("/x");
  await cloud?.faults.clear();
  await actions();
});

// The second is longer than what messages show of a target.
const hush = [
  "http://www.example.com/x?token=hush-1",
  `http://www.example.com/y?token=hush-2${"z".repeat(300)}`,
] as const;
const hashes = { [hush[0]]: "v1", [hush[1]]: "v1" };

test.each<[string, Bag]>([
  ["targets", { targets: secret(hush), contentHash: "v1" }],
  ["contents", { contents: secret(hashes) }],
  ["a file", { contents: secret(asset("hash-1", { text: JSON.stringify(hashes) })) }],
])("what is owed of secret %s is told and kept without them", async (_, given) => {
  const trigger = client("PurgeTrigger");
  const { inputs, failures } = await trigger.check({ siteId, type: "file", ...given });
  expect(failures).toEqual([]);
  await cloud?.faults.add({ kind: "failTarget", action: "PurgeCaches", target: hush[1], count: 1 });
  const { message, partial } = await refused(trigger.create(inputs));
  expect(partial?.properties).toMatchObject({
    status: "partial",
    type: "file",
    owed: { [sig]: secretSig },
    tasks: { [sig]: secretSig },
    ledger: { type: "file", manifest: { [sig]: secretSig } },
  });
  expect(message).toContain("[secret]");
  expect(`${message}${partial?.reasons.join()}`).not.toContain("hush");
  const state = { id: partial?.id ?? "", inputs, outputs: partial?.properties ?? {} };
  // Without an engine's log the plugin says it on its own.
  const { stderr } = running();
  const heard = stderr.length;
  await trigger.delete(state);
  await expect.poll(() => stderr.slice(heard).join("")).toContain("still owed and now given up: [secret]");
  expect(stderr.slice(heard).join("")).not.toContain("hush");
  expect((await trigger.update(state, inputs)).outputs).toMatchObject({ status: "complete" });
  await cloud?.faults.clear();
  await actions();
});

test("of a secret hash only the hash is secret", async () => {
  const trigger = client("PurgeTrigger");
  const state = await made(trigger, { siteId, type: "file", targets: [hush[0]], contentHash: secret("file") });
  expect(state.outputs).toMatchObject({
    ledger: { type: "file", hash: secret("file") },
    tasks: [expect.objectContaining({ type: "file", status: "complete" })],
    owed: [],
  });
  const again = await trigger.update(state, { ...state.inputs, contentHash: secret("file-2") });
  expect(again.outputs).toMatchObject({ type: "file", tasks: [expect.objectContaining({ type: "file" })] });
  await actions();
});

test("checks 22, 27, 28, 29 and 32 hold for CacheTagConfig", async () => {
  const setting = client("CacheTagConfig");
  const state = await made(setting, { siteId, tagName: "edge-tag", caseInsensitive: true });
  expect(await setting.diff(state, state.inputs)).toMatchObject({ changes: "DIFF_NONE" });
  expect(await setting.refresh(state)).toEqual(state);
  const imported = await setting.read(state.id);
  expect(await setting.check(imported?.inputs ?? {})).toEqual({ inputs: imported?.inputs, failures: [] });
  expect(await setting.diff(state, imported?.inputs ?? {})).toMatchObject({ changes: "DIFF_NONE" });
  expect(await setting.read("999/0")).toBe(undefined);
  expect(await refused(setting.read("no site"))).toMatchObject({ code: "INVALID_ARGUMENT" });
  expect(await setting.diff(state, { ...state.inputs, siteId: "1" })).toMatchObject({
    replaces: ["siteId"],
    deleteBeforeReplace: true,
  });
  expect(await setting.diff(state, { ...state.inputs, siteVersion: 1 })).toMatchObject({
    replaces: ["siteVersion"],
    deleteBeforeReplace: true,
  });
});

test("check 36 a cloud's refusals keep their kind", async () => {
  const setting = client("CacheTagConfig");
  const inputs = (await setting.check({ siteId, tagName: "x" })).inputs;
  await cloud?.faults.add({ kind: "permissionDenied", action: "GetCacheTag", count: 1 });
  expect(await refused(setting.create(inputs))).toMatchObject({ code: "PERMISSION_DENIED" });
  await cloud?.faults.clear();
});

test("two CacheTagConfigs of one site and version are refused by both names; deleting one leaves the other's setting", async () => {
  const one = new Client(running(), "edgecache:esa:CacheTagConfig");
  const news = { siteId, siteVersion: 0, tagName: "one-tag" };
  const state = await made(one, news);
  const two = new Client(running(), "edgecache:esa:CacheTagConfig", "two");
  const { failures } = await two.check({ siteId, tagName: "two-tag" });
  expect(JSON.stringify(failures)).toMatch(/5407498413000\/0 is declared twice: by it and by two/);
  await actions();
  await one.delete(state);
  expect(await actions()).toEqual([]);
});

test("a CacheTagConfig renamed without an alias keeps what restore puts back, and says how to go on", async () => {
  const own = await newCloud();
  const configuration = { ...(await own.configuration()) };
  /** Each run of the engine has a plugin of its own. */
  const run = async (work: (named: (name: string) => Client) => Promise<void>): Promise<void> => {
    await using process = await Plugin.start();
    await process.configure(configuration);
    await work((name) => new Client(process, "edgecache:esa:CacheTagConfig", name));
  };
  const tagNames = async (): Promise<unknown[]> =>
    (await own.requests.find({ action: "UpdateCacheTag" })).map(({ params }) => params["TagName"]);
  const states = new Map<string, State>();
  const stateOf = (name: string): State => states.get(name) ?? { id: "", inputs: {}, outputs: {} };
  await run(async (named) => void (await made(named("before"), { siteId, tagName: "Somebody", onDelete: "retain" })));
  const news = { siteId, tagName: "Mine", onDelete: "restore" };
  await run(async (named) => void states.set("old", await made(named("old"), news)));
  await run(async (named) => {
    states.set("new", await made(named("new"), news));
    const { code, message } = await refused(named("old").delete(stateOf("old")));
    expect(code).toBe("FAILED_PRECONDITION");
    expect(message).toMatch(/old is not deleted: new of this program declares the same 5407498413000\/0/);
    expect(message).toContain("tagName Somebody, caseInsensitive off");
    expect(message).toMatch(/pulumi state delete 'urn:\S+::new', give new aliases: \[\{ name: "old" \}\]/);
  });
  // The state of both goes with the stack: whichever goes first, what was there before is there again.
  await run(async (named) => {
    for (const name of ["old", "new"]) await named(name).delete(stateOf(name));
  });
  expect(await tagNames()).toEqual(["Somebody", "Mine", "Somebody"]);
});

test("headers for the probes are secret though nobody said so: in state, messages and errors", async () => {
  const trigger = client("PurgeTrigger");
  const awaitOrigin = {
    address: "127.0.0.1:1",
    headers: { Authorization: "Bearer origin-pass" },
    expect: { text: "v2" },
    within: 1,
  };
  const verifyEdge = { headers: { "X-Probe": "edge-pass" }, sample: 3 };
  const news = { siteId, type: "file", targets: ["http://www.example.com/a"], contentHash: "v1", onCreate: "skip" };
  const { inputs, failures } = await trigger.check({ ...news, awaitOrigin, verifyEdge });
  expect(failures).toEqual([]);
  const hidden = {
    awaitOrigin: { ...awaitOrigin, headers: secret(awaitOrigin.headers) },
    verifyEdge: { ...verifyEdge, headers: secret(verifyEdge.headers) },
  };
  expect(inputs).toMatchObject(hidden);
  const state = await trigger.create(inputs);
  expect(state.outputs).toMatchObject(hidden);
  const failure = await refused(trigger.update(state, (await trigger.check({ ...inputs, contentHash: "v2" })).inputs));
  expect(failure.message).toContain("no answer: ECONNREFUSED");
  expect(failure.message).not.toMatch(/origin-pass|edge-pass/);
  expect((await trigger.check({ ...news, awaitOrigin: { ...awaitOrigin, witihn: 2 } })).failures).toEqual([
    { property: "", reason: "awaitOrigin.witihn: there is no such property" },
  ]);
});

test("where a secret file lies is secret", async () => {
  const trigger = client("PurgeTrigger");
  const contents = secret(asset("ab", { path: "/nowhere/hush.json" }));
  const { inputs } = await trigger.check({ siteId, type: "file", contents });
  const { message } = await refused(trigger.create(inputs, { preview: true }));
  expect(message).toBe("contents: [secret] does not exist.");
});
