/** Conformance: Read, Delete, failures and partial state (checks 27 to 37, raw gRPC). */
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { refused, type Bag, type Client, type State } from "./client.ts";
import { archive, asset, secret } from "./plugin.ts";
import { useToy } from "./toy.ts";

const toy = useToy();

async function made(client: Client, news: Bag): Promise<State> {
  return await client.create((await client.check(news)).inputs);
}

function found(state: State | undefined): State {
  if (state === undefined) throw new Error("gone");
  return state;
}

const rich: Bag = { shelfId: "s", size: 3, labels: { a: "1" }, tags: ["b", "a"], password: "open-sesame" };

test("check 27 what an import reads passes Check, and is no change", async () => {
  const thing = toy().resource("Thing");
  const state = await made(thing, rich);
  const imported = found(await thing.read(state.id));
  const checked = await thing.check(imported.inputs);
  expect(checked).toEqual({ inputs: imported.inputs, failures: [] });
  expect(imported).toEqual(state);
  expect(await thing.diff(imported, checked.inputs)).toMatchObject({ changes: "DIFF_NONE" });
});

test("check 28 what is gone has no id and no properties, and is no error", async () => {
  const thing = toy().resource("Thing");
  expect(await thing.read("shelf/nothing")).toBe(undefined);
  const state = await made(thing, rich);
  toy().cloud.things.clear();
  expect(await thing.refresh(state)).toBe(undefined);
});

test("check 29 an id alone gives inputs and properties; a bad id is INVALID_ARGUMENT", async () => {
  const thing = toy().resource("Thing");
  const { id } = await made(thing, rich);
  expect(await thing.read(id)).toMatchObject({
    inputs: { shelfId: "s", size: 3 },
    outputs: { etag: expect.any(String) },
  });
  expect(await refused(thing.read("no such form"))).toMatchObject({ code: "INVALID_ARGUMENT" });
});

test("check 29 `.get` sends the program's arguments as state, and they are not taken for it", async () => {
  const thing = toy().resource("Thing");
  const { id } = await made(thing, rich);
  for (const args of [{}, { size: 99 }, { shelfId: "another" }]) {
    expect(await thing.read(id, args, args)).toMatchObject({
      id,
      inputs: { shelfId: "s", size: 3 },
      outputs: { size: 3 },
    });
  }
});

test("check 30 refreshing what did not change returns it to the letter, secrets and assets too", async () => {
  const thing = toy().resource("Thing");
  const folder = archive("hash-2", { path: "./folder" });
  const state = await made(thing, { ...rich, note: secret("a note"), file: asset("hash-1", { text: "x" }), folder });
  const elided = { file: asset("hash-1"), folder: archive("hash-2") };
  const stored = { id: state.id, inputs: { ...state.inputs, ...elided }, outputs: { ...state.outputs, ...elided } };
  expect(await thing.refresh(stored)).toEqual(stored);
});

test("check 31 drift comes back as inputs, and Diff points the engine's way round", async () => {
  const thing = toy().resource("Thing");
  const state = await made(thing, rich);
  toy().cloud.things.set("s", { shelfId: "s", size: 8, labels: { a: "1", b: "2" }, etag: "e9" });
  const drifted = found(await thing.refresh(state));
  expect(drifted.inputs).toEqual({ shelfId: "s", size: 8, labels: { a: "1", b: "2" } });
  const detailed = { size: "UPDATE", "labels.b": "DELETE", "tags[0]": "ADD", tags: "ADD", password: "ADD" };
  const { "tags[0]": _, ...expected } = detailed;
  // As the engine asks in a refresh: what was read are the olds, what the program said the news.
  expect((await thing.diff(drifted, state.inputs)).detailed).toEqual(expected);
});

test("check 32 deleting twice, and deleting what is gone, succeeds", async () => {
  const thing = toy().resource("Thing");
  const state = await made(thing, rich);
  await thing.delete(state);
  await thing.delete(state);
  expect(toy().cloud.things.size).toBe(0);
});

test("check 33 a timeout is honoured within a second, and its request is dropped", async () => {
  const thing = toy().resource("Thing");
  toy().cloud.answer = "silence";
  const start = performance.now();
  expect(await refused(thing.create({ shelfId: "s", size: 1 }, { timeout: 0.4 }))).toEqual({
    code: "DEADLINE_EXCEEDED",
    message: "not finished after 0.4 s",
  });
  const deaf = toy().resource("Moody").create({ name: "d", mode: "deaf" }, { timeout: 0.4 });
  toy().cloud.answer = undefined;
  expect(await refused(deaf)).toMatchObject({
    code: "UNKNOWN",
    message: expect.stringContaining("not finished after 0.4 s"),
  });
  expect(performance.now() - start).toBeLessThan(2_800);
  expect(toy().cloud.dropped).toBe(1);
});

test("check 33 a timeout of 0 is the resource's own", async () => {
  const slow = toy().resource("Moody").create({ name: "slow", mode: "slow" }, { timeout: 0 });
  expect((await slow).outputs).toMatchObject({ runs: 1 });
});

test("check 33 a caller that gives up aborts the request", async () => {
  toy().cloud.answer = "silence";
  const giveUp = new AbortController();
  const call = toy().resource("Thing").create({ shelfId: "s", size: 1 }, { signal: giveUp.signal });
  await until(() => toy().cloud.asked.length === 1);
  giveUp.abort();
  expect(await refused(call)).toMatchObject({ code: "CANCELLED" });
  await until(() => toy().cloud.dropped === 1);
});

test("check 34 a half-done Create carries its state, and the Update after it converges", async () => {
  const moody = toy().resource("Moody");
  const inputs = { name: "m", mode: "half", word: secret("s3cret-word") };
  const failure = await refused(moody.create(inputs));
  const reason = "the other half of [secret] is missing";
  const properties = { ...inputs, runs: 1 };
  expect(failure).toEqual({
    code: "FAILED_PRECONDITION",
    message: reason,
    partial: { id: "m", properties, reasons: [reason] },
  });
  const saved = { id: "m", inputs, outputs: properties };
  const healed = await moody.update(saved, { ...inputs, mode: "ok" });
  expect(healed.outputs).toEqual({ ...inputs, mode: "ok", runs: 2 });
});

test("check 34 what was applied is never lost, whatever comes out", async () => {
  const { partial } = await refused(toy().resource("Moody").create({ name: "n", mode: "notStorable" }));
  expect(partial).toMatchObject({
    id: "n",
    properties: { name: "n", mode: "notStorable" },
    reasons: [expect.stringContaining("NaN")],
  });
});

test("check 34 partial state arrives whole (big ones: with the real engine, whose limit is higher than this client’s)", async () => {
  const inputs = { name: "big", mode: "half", word: "x".repeat(30_000) };
  const { partial } = await refused(toy().resource("Moody").create(inputs));
  expect(partial?.properties).toEqual({ ...inputs, runs: 1 });
});

test("check 35 a half-done Update returns what is true now", async () => {
  const moody = toy().resource("Moody");
  const state = await moody.create({ name: "m", mode: "ok" });
  const { code, partial } = await refused(moody.update(state, { name: "m", mode: "half" }));
  expect(code).toBe("FAILED_PRECONDITION");
  expect(partial).toMatchObject({ id: "m", properties: { mode: "half", runs: 2 } });
});

test.each<[number | "reset", string]>([
  [400, "INVALID_ARGUMENT"],
  [401, "UNAUTHENTICATED"],
  [403, "PERMISSION_DENIED"],
  [404, "NOT_FOUND"],
  [409, "ABORTED"],
  [429, "RESOURCE_EXHAUSTED"],
  [500, "UNAVAILABLE"],
  [503, "UNAVAILABLE"],
  ["reset", "UNKNOWN"],
])("check 36 a cloud that answers %s ends the Create as %s", async (answer, code) => {
  toy().cloud.answer = answer;
  expect(await refused(toy().resource("Thing").create({ shelfId: "s", size: 1 }))).toMatchObject({ code });
});

test("check 36 reading never ends as unknown", async () => {
  const thing = toy().resource("Thing");
  const state = await made(thing, rich);
  toy().cloud.answer = "reset";
  expect(await refused(thing.refresh(state))).toMatchObject({ code: "UNAVAILABLE" });
});

test("check 37 an elided asset is no change, and harms nothing", async () => {
  const thing = toy().resource("Thing");
  const full = {
    shelfId: "s",
    size: 1,
    file: asset("hash-1", { text: "body" }),
    folder: archive("h2", { path: "./x" }),
  };
  const state = await made(thing, full);
  const bare = { shelfId: "s", size: 1, file: asset("hash-1"), folder: archive("h2") };
  const stored = { id: state.id, inputs: bare, outputs: { ...state.outputs, ...bare } };
  expect(await thing.diff(stored, bare)).toMatchObject({ changes: "DIFF_NONE" });
  expect(await thing.diff(stored, { ...bare, file: asset("hash-9") })).toMatchObject({ detailed: { file: "UPDATE" } });
  expect((await thing.update(stored, full)).outputs).toMatchObject({ ...full, fileHash: "hash-1" });
  expect(await thing.refresh(stored)).toMatchObject({ inputs: bare });
  await thing.delete(stored);
});

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await sleep(5);
}
