/** Conformance: leaks, parallel work, size, Cancel, crashes, functions, odd keys (checks 38 and 40 to 45, raw gRPC). */
import { readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import emptyPb from "google-protobuf/google/protobuf/empty_pb.js";
import { expect, test } from "vitest";
import { refused } from "./client.ts";
import { secret, urn } from "./plugin.ts";
import { Toy, useToyProcess } from "./toy.ts";

const toy = useToyProcess();

test("check 38 no canary comes out of state, log, log file, error or failure", async () => {
  const file = path.join(tmpdir(), `toy-${process.pid}.jsonl`);
  const canaries = {
    token: "canary-token-1",
    input: "canary-input-2",
    derived: "canary-note-3",
    environment: "canary-env-4",
  };
  await using leaky = await Toy.start(
    { env: { TOY_LOG: file, TOY_TOKEN: canaries.environment }, args: ["--logtostderr", "-v=9"] },
    { token: secret(canaries.token) },
  );
  const thing = leaky.resource("Thing");
  const heard: unknown[] = [];
  const { inputs } = await thing.check({ shelfId: "s", password: canaries.input, note: secret(canaries.derived) });
  const state = await thing.create(inputs);
  heard.push(await thing.check({ shelfId: "s", password: [canaries.input], color: secret(canaries.derived) }));
  heard.push(await thing.diff(state, { ...inputs, password: secret("new") }));
  leaky.cloud.answer = 403;
  heard.push(await refused(thing.update(state, inputs)), await refused(thing.refresh(state)));
  leaky.cloud.answer = undefined;
  heard.push(await refused(leaky.resource("Moody").create({ name: "a", mode: "half", word: secret("s3cret-word") })));
  heard.push(await refused(leaky.resource("Moody").create({ name: "b", mode: "throws", word: secret("s3cret-word") })));
  const refusals = ["with [secret]: 403", "[secret] is missing", "a bug with [secret]"];
  for (const refusal of refusals) expect(JSON.stringify(heard)).toContain(refusal);
  // In state, secrets are where the engine encrypts them, and nowhere else.
  const open = JSON.stringify([state, heard], (_, value: unknown) => (isSecret(value) ? "sealed" : value));
  const written = await readFile(file, "utf8");
  await rm(file);
  const everything = [open, written, leaky.said()].join("\n");
  for (const canary of [...Object.values(canaries), "s3cret-word"]) expect(everything).not.toContain(canary);
  expect(leaky.said()).toContain("password is [secret]");
  expect(written).toContain("password is [secret]");
});

test("check 40 100 parallel lives do not meet", async () => {
  const lives = Array.from({ length: 100 }, async (_, index) => {
    const thing = toy().resource("Thing", `n${index}`);
    const { inputs } = await thing.check({
      shelfId: `s${index}`,
      labels: { index: String(index) },
      password: `pass-word-${index}`,
    });
    const state = await thing.create(inputs);
    const next = (await thing.check({ ...inputs, size: (index % 50) + 2 }, inputs)).inputs;
    const updated = await thing.update(state, next);
    const read = await thing.refresh(updated);
    expect(read).toEqual(updated);
    expect(updated.outputs).toMatchObject({ ...next, opener: secret(`open:pass-word-${index}`) });
    await thing.delete(updated);
  });
  await Promise.all(lives);
  expect(toy().cloud.things.size).toBe(0);
  const info = toy().log.entries.filter(({ message }) => message.startsWith("stands at"));
  expect(info).toHaveLength(200);
  for (const { message, urn: about } of info)
    expect(about).toBe(urn("toy:index:Thing", `n${message.slice("stands at s".length)}`));
});

test("check 40 1,000 parallel Creates each get their own", async () => {
  const creates = Array.from({ length: 1_000 }, async (_, index) => {
    const inputs = { name: `n${index}`, mode: "ok", word: secret(`word-${index}`) };
    expect(await toy().resource("Moody", `n${index}`).create(inputs)).toEqual({
      id: `n${index}`,
      inputs,
      outputs: { ...inputs, runs: 1 },
    });
  });
  await Promise.all(creates);
});

test("check 41 an input of 5 MiB passes through", async () => {
  const inputs = { name: "big", mode: "ok", word: "x".repeat(5 * 1024 * 1024) };
  const moody = toy().resource("Moody");
  expect((await moody.check(inputs)).inputs).toEqual(inputs);
  const state = await moody.create(inputs);
  expect(state.outputs["word"]).toHaveLength(inputs.word.length);
  expect(await moody.diff(state, inputs)).toMatchObject({ changes: "DIFF_NONE" });
});

test("check 41 20,000 secrets are kept, and in reasonable time", async () => {
  const labels = Object.fromEntries(Array.from({ length: 20_000 }, (_, index) => [`key-${index}`, `hidden-${index}`]));
  const thing = toy().resource("Thing");
  const { inputs } = await thing.check({ shelfId: "s", labels: secret(labels) });
  expect(isDeepStrictEqual(inputs["labels"], secret(labels))).toBe(true);
  const state = await thing.create(inputs);
  expect(isDeepStrictEqual(state.outputs["labels"], secret(labels))).toBe(true);
  expect(state.outputs["etag"]).toEqual(secret(expect.any(String)));
});

test("check 42 Cancel answers at once, work in flight ends with what it has, and the process goes", async () => {
  await using busy = await Toy.start();
  const half = refused(busy.resource("Moody", "p").create({ name: "p", mode: "partial" }));
  const slow = refused(busy.resource("Moody", "s").create({ name: "s", mode: "slow" }));
  const deaf = refused(busy.resource("Moody", "d").create({ name: "d", mode: "deaf" }));
  while (busy.cloud.writes.length < 3) await sleep(5);
  const start = performance.now();
  await busy.plugin.call("Cancel", new emptyPb.Empty());
  await busy.plugin.call("Cancel", new emptyPb.Empty());
  expect(performance.now() - start).toBeLessThan(500);
  expect(await half).toMatchObject({
    code: "FAILED_PRECONDITION",
    partial: { id: "p", reasons: ["only half is done"] },
  });
  expect(await slow).toEqual({ code: "CANCELLED", message: "cancelled by the engine" });
  expect(await deaf).toMatchObject({ code: "UNKNOWN" });
  expect(performance.now() - start).toBeLessThan(1_500);
  expect(await refused(busy.resource("Moody").create({ name: "late", mode: "ok" }))).toMatchObject({
    code: "CANCELLED",
  });
  expect(busy.cloud.things.has("late")).toBe(false);
  const stuck = busy.resource("Slot").check({ place: "a", value: "b" });
  expect(await stuck).toMatchObject({ failures: [] });
  expect(await busy.plugin.stop()).toBeLessThan(1_000);
  expect(busy.plugin.process.exitCode).toBe(0);
});

test.each(["SIGINT", "SIGTERM"] as const)("check 42 %s means now, whatever is in flight", async (signal) => {
  await using busy = await Toy.start();
  const deaf = refused(busy.resource("Moody", "d").create({ name: "d", mode: "deaf" }));
  while (busy.cloud.writes.length < 1) await sleep(5);
  expect(await busy.plugin.stop(signal)).toBeLessThan(1_000);
  expect(await deaf).toMatchObject({ code: "UNAVAILABLE" });
});

test("check 43 an exception in one operation ends that one only", async () => {
  const moody = (name: string, mode: string) => toy().resource("Moody", name).create({ name, mode }, { timeout: 30 });
  const slow = moody("slow", "slow");
  const [thrown, stray, rejected] = await Promise.all([
    refused(moody("a", "throws")),
    refused(moody("b", "stray")),
    refused(moody("c", "strayRejection")),
  ]);
  expect(thrown).toMatchObject({ code: "INTERNAL", message: expect.stringContaining("TypeError: a bug") });
  expect(stray).toMatchObject({ code: "UNKNOWN", message: expect.stringContaining("thrown in a timer") });
  expect(rejected).toMatchObject({ code: "UNKNOWN", message: expect.stringContaining("rejected by nobody's promise") });
  expect((await slow).outputs).toMatchObject({ runs: 1 });
});

function isSecret(value: unknown): boolean {
  return (
    typeof value === "object" && value !== null && Object.values(value).includes("1b47061264138c4ac30d75fd1eb44270")
  );
}
