/** Conformance: previews, Create and Diff (checks 18 to 26, raw gRPC). */
import providerPb, { type GetSchemaResponse } from "@pulumi/pulumi/proto/provider_pb.js";
import { expect, test } from "vitest";
import { diffBags } from "../../provider/src/engine/protocol/diff.ts";
import { valueMap } from "../../provider/src/engine/wire/values.ts";
import type { Bag, Client, State } from "./client.ts";
import { archive, asset, secret, unknownString } from "./plugin.ts";
import { Toy, useToy } from "./toy.ts";

const toy = useToy();

async function made(client: Client, news: Bag): Promise<State> {
  const { inputs, failures } = await client.check(news);
  expect(failures).toEqual([]);
  return await client.create(inputs);
}

const rich: Bag = {
  shelfId: "s",
  labels: { a: "1", "odd.key": "2" },
  parts: [{ name: "a", size: 2 }, { name: "b" }],
  password: "open-sesame",
  file: asset("hash-1", { text: "body" }),
};

test("check 18 a preview writes nothing and returns only what is certain", async () => {
  const thing = toy().resource("Thing");
  const { inputs } = await thing.check(rich);
  const preview = await thing.create(inputs, { preview: true });
  expect(preview).toEqual({ id: "", inputs, outputs: { ...inputs, fileHash: "hash-1" } });
  const state = await thing.create(inputs);
  toy().cloud.asked.length = 0;
  const next = { ...inputs, size: 5 };
  expect((await thing.update(state, next, { preview: true })).outputs).toEqual({ ...next, fileHash: "hash-1" });
  expect(toy().cloud.writes).toEqual([]);
});

test("check 20 what is applied holds no unknown, nothing undefined and no NaN", async () => {
  const state = await made(toy().resource("Thing"), rich);
  const text = JSON.stringify(state.outputs);
  expect(text).not.toContain(unknownString);
  expect(text).not.toContain("null");
  const { outputs } = state;
  expect(Object.keys(outputs).toSorted()).toEqual(
    ["etag", "file", "fileHash", "labels", "opener", "parts", "password", "shelfId", "size"].toSorted(),
  );
});

test("check 21 the id is there, is stable, and is enough for an import", async () => {
  const thing = toy().resource("Thing");
  const { id } = await made(thing, { shelfId: "s" });
  expect(id).toBe("shelf/s");
  expect((await made(thing, { shelfId: "s" })).id).toBe(id);
  expect(await thing.read(id)).toMatchObject({ id, inputs: { shelfId: "s", size: 1 } });
});

test("check 22 nothing changed: DIFF_NONE after Create, Update and Read", async () => {
  const thing = toy().resource("Thing");
  const none = { changes: "DIFF_NONE", diffs: [], replaces: [], detailed: {} };
  const { inputs } = await thing.check(rich);
  const created = await thing.create(inputs);
  expect(await thing.diff(created, inputs)).toMatchObject(none);
  const next = (await thing.check({ ...rich, size: 9 }, inputs)).inputs;
  const updated = await thing.update(created, next);
  expect(await thing.diff(updated, next)).toMatchObject(none);
  const read = await thing.refresh(updated);
  if (read === undefined) throw new Error("gone");
  expect(await thing.diff(read, next)).toMatchObject(none);
  // Other spellings of the same, as a program that Check has not seen yet would send them.
  expect(await thing.diff(updated, { ...next, tags: null, note: null })).toMatchObject(none);
});

test("check 23 each changed leaf has a path and a kind, each path a top-level property, and back", async () => {
  const thing = toy().resource("Thing");
  const state = await made(thing, { ...rich, anything: { 'a"b\\c': 1, "": 2, list: [1, 2, 3] } });
  const { inputs } = await thing.check({
    shelfId: "s",
    size: 4,
    labels: { a: "1", "odd.key": "changed", new: "3" },
    parts: [{ name: "a", size: 2 }],
    password: "open-sesame",
    anything: { 'a"b\\c': 2, "": 3, list: [1, 5] },
    note: unknownString,
  });
  const diff = await thing.diff(state, inputs);
  expect(diff.detailed).toEqual({
    size: "UPDATE",
    'labels["odd.key"]': "UPDATE",
    "labels.new": "ADD",
    "parts[1]": "DELETE",
    'anything["a\\"b\\c"]': "UPDATE",
    'anything[""]': "UPDATE",
    "anything.list[1]": "UPDATE",
    "anything.list[2]": "DELETE",
    file: "DELETE",
    note: "ADD",
  });
  expect(diff.diffs.toSorted()).toEqual(["anything", "file", "labels", "note", "parts", "size"]);
  expect(diff.replaces).toEqual([]);
});

test("check 24 exactly the properties that the schema says replace do", async () => {
  const thing = toy().resource("Thing");
  const state = await made(thing, rich);
  const response: GetSchemaResponse = await toy().plugin.call("GetSchema", new providerPb.GetSchemaRequest());
  const schema: { resources: Record<string, { inputProperties: Record<string, { willReplaceOnChanges?: true }> }> } =
    JSON.parse(response.getSchema());
  const properties = schema.resources["toy:index:Thing"]?.inputProperties ?? {};
  const changed: Record<string, unknown> = {
    shelfId: "t",
    size: 50,
    color: "green",
    labels: {},
    parts: [],
    tags: ["x"],
    password: "other",
    version: "2",
    count: 7,
    note: "n",
    anything: 1,
    file: asset("hash-9"),
    folder: archive("hash-8"),
  };
  expect(Object.keys(changed).toSorted()).toEqual(Object.keys(properties).toSorted());
  for (const [key, value] of Object.entries(changed)) {
    const diff = await thing.diff(state, { ...state.inputs, [key]: value });
    const replaces = properties[key]?.willReplaceOnChanges === true;
    expect([key, replaces]).toEqual([key, key === "shelfId"]);
    expect([key, diff.changes, diff.replaces]).toEqual([key, "DIFF_SOME", replaces ? [key] : []]);
    expect(Object.values(diff.detailed).every((kind) => kind.endsWith("_REPLACE") === replaces)).toBe(true);
  }
});

test.each<[string, string[]]>([
  ["size", ["labels.a", "parts[1].name", "parts[2]"]],
  ["labels", ["size", "parts[1].name", "parts[2]"]],
  ["labels.a", ["size", "parts[1].name", "parts[2]"]],
  ['labels["a"]', ["size", "parts[1].name", "parts[2]"]],
  ["parts[1]", ["size", "labels.a", "parts[2]"]],
  ["parts[1].name", ["size", "labels.a", "parts[2]"]],
  ["parts[*]", ["size", "labels.a"]],
  ["parts[*].name", ["size", "labels.a", "parts[2]"]],
  ["*", []],
  ["other", ["size", "labels.a", "parts[1].name", "parts[2]"]],
])("check 25 ignoreChanges %s is not reported", async (ignored, left) => {
  const thing = toy().resource("Thing");
  const state = await made(thing, rich);
  const next = {
    ...state.inputs,
    size: 5,
    labels: { a: "2", "odd.key": "2" },
    parts: [
      { name: "a", size: 2 },
      { name: "c", size: 1 },
      { name: "new", size: 1 },
    ],
  };
  const { detailed, changes } = await thing.diff(state, next, { ignoreChanges: [ignored] });
  expect(Object.keys(detailed).toSorted()).toEqual(left.toSorted());
  expect(changes).toBe(left.length === 0 ? "DIFF_NONE" : "DIFF_SOME");
});

test("check 26 replacing a singleton deletes first; what this run wrote is not wiped", async () => {
  await using fresh = await Toy.start();
  const slot = fresh.resource("Slot");
  const old = await slot.create({ place: "p", value: "1" });
  expect(await slot.diff(old, { place: "q", value: "1" })).toMatchObject({
    replaces: ["place"],
    deleteBeforeReplace: true,
  });
  // `--replace` and `replaceOnChanges` are the engine's own decision: it reads this flag all the same.
  expect(await slot.diff(old, { place: "p", value: "2" })).toMatchObject({ replaces: [], deleteBeforeReplace: true });
  await slot.delete(old);
  expect(fresh.cloud.things.has("p")).toBe(true);
  // In the next run it is an old one.
  await using next = await Toy.start();
  next.cloud.things.set("p", { place: "p" });
  await next.resource("Slot").delete(old);
  expect(next.cloud.things.has("p")).toBe(false);
});

test("derived secrets are wrapped, at create, at update, in a preview and in a refresh", async () => {
  const thing = toy().resource("Thing");
  const state = await made(thing, rich);
  expect(state.outputs).toMatchObject({ password: secret("open-sesame"), opener: secret("open:open-sesame") });
  expect((await thing.refresh(state))?.outputs).toMatchObject({ opener: secret("open:open-sesame") });
  const plainly = await made(thing, { shelfId: "s", note: secret("was hidden") });
  const shown = await thing.update(plainly, { shelfId: "s", size: 1, note: "is shown" });
  expect(shown.outputs).toMatchObject({ note: "is shown" });
  const preview = await thing.create((await thing.check(rich)).inputs, { preview: true });
  expect(preview.outputs).toMatchObject({ password: secret("open-sesame") });
});

test("ignoreChanges names a key with quotes in it as the engine writes it", () => {
  const [olds, news] = ["1", "2"].map((value) => valueMap([["labels", valueMap([['a"b', value]])]]));
  const options = { replaceOn: [], ignoreChanges: ['labels["a\\"b"]'] };
  expect(diffBags(olds ?? valueMap(), news ?? valueMap(), options)).toEqual([]);
});
