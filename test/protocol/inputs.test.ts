/** Conformance: Check (checks 13 to 17, raw gRPC). */
import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { refused, type Bag } from "./client.ts";
import { archive, asset, secret, sig, unknownString, unknowns } from "./plugin.ts";
import { useToy } from "./toy.ts";

const toy = useToy();

const rich: Bag = {
  shelfId: 12,
  color: "red",
  labels: { "odd.key": "1", constructor: "2", "": "3", "\u{1F600}": "4" },
  parts: [{ name: "a" }, { name: "b", size: 7, hidden: secret("in a part") }],
  tags: ["b", "a"],
  password: "pass",
  note: secret("a note"),
  anything: { deep: [1, null, { list: [[true]] }] },
  file: asset("hash-1", { text: "body" }),
  folder: archive("hash-2", { assets: { "a.txt": asset("hash-3", { path: "./a.txt" }) } }),
};

test("check 13 a checked bag passes Check unchanged", async () => {
  const thing = toy().resource("Thing");
  const once = await thing.check(rich);
  expect(once.failures).toEqual([]);
  expect(await thing.check(once.inputs, once.inputs)).toEqual(once);
});

test("check 14 Check is the same for every seed, with and without olds", async () => {
  const thing = toy().resource("Thing");
  const first = await thing.check(rich);
  expect(await thing.check(rich, {}, randomBytes(32))).toEqual(first);
  expect(await thing.check(rich, first.inputs, randomBytes(32))).toEqual(first);
  expect(await thing.check(rich, { shelfId: "another", note: "old" })).toEqual(first);
});

test("check 15 Check fills in defaults, and keeps secrets, assets and every key", async () => {
  const { inputs } = await toy().resource("Thing").check(rich);
  expect(inputs).toEqual({
    ...rich,
    shelfId: "12",
    size: 1,
    parts: [
      { name: "a", size: 1 },
      { name: "b", size: 7, hidden: secret("in a part") },
    ],
    tags: ["a", "b"],
    password: secret("pass"),
  });
});

test("check 15 a secret that a normal form moves stays one", async () => {
  const { inputs } = await toy()
    .resource("Thing")
    .check({ shelfId: "x", tags: ["zz-plain", secret("aa-hidden")] });
  expect((await toy().resource("Thing").check(inputs)).inputs).toEqual(inputs);
  expect(inputs["tags"]).toEqual(secret(["aa-hidden", "zz-plain"]));
});

test("check 16 a failure names a top-level property that is no secret, or none", async () => {
  const thing = toy().resource("Thing");
  const { failures } = await thing.check({
    shelfId: "x",
    size: 1000,
    color: secret("hush-colour"),
    labels: { "odd.key": 5 },
    parts: [{ size: 1 }, { name: "b", size: "hush-no" }],
    password: ["hush-pass"],
    note: secret({ "hush-key": "hush-value" }),
    colour: secret("hush-misspelt"),
  });
  expect(failures.map(({ property }) => property)).toEqual(["", "size", "", "", "", "", "", ""]);
  const text = failures.map(({ property, reason }) => `${property}: ${reason}`).join("\n");
  expect(text).not.toContain("hush");
  for (const path of ["color: ", `labels["odd.key"]: `, "parts[0].name: ", "parts[1].size: ", "password: ", "note: "]) {
    expect(text).toContain(path);
  }
  expect(text).toContain("colour: there is no such property; did you mean color?");
  expect(await thing.check({})).toMatchObject({ failures: [{ property: "", reason: "shelfId: is required" }] });
  const between = await thing.check({ shelfId: "x", size: 13, color: "red" });
  expect(between.failures).toEqual([{ property: "size", reason: "cannot be 13 when red" }]);
});

test.each(Object.entries(unknowns))(
  "check 17 an unknown %s is accepted at any depth and never sent",
  async (_, unknown) => {
    const thing = toy().resource("Thing");
    const bag: Bag = {
      shelfId: unknown,
      size: unknown,
      labels: { a: unknown, b: "known" },
      parts: [{ name: unknown }, unknown],
      password: secret(unknown),
      anything: { deep: [unknown] },
      file: unknown,
    };
    const { inputs, failures } = await thing.check(bag);
    expect(failures).toEqual([]);
    expect(inputs).toEqual(bag);
    expect(await thing.create(inputs, { preview: true })).toMatchObject({ id: "", outputs: inputs });
    expect(await refused(thing.create(inputs))).toMatchObject({ code: "INVALID_ARGUMENT" });
    expect(toy().cloud.asked).toEqual([]);
    const beside = await thing.check({ ...bag, size: 1000, parts: [{ name: unknown, size: "no" }] });
    expect(beside.failures.map(({ reason }) => reason.split(":")[0])).toEqual([
      expect.stringContaining("Too big"),
      "parts[0].size",
    ]);
  },
);

test("a resource given as an input is its id, and its URN where it has none", async () => {
  const reference = (id: Bag) => ({ [sig]: "5cf8f73096256a8f31e491e813e4eb8e", urn: "urn:x", ...id });
  const { inputs, failures } = await toy()
    .resource("Thing")
    .check({
      shelfId: reference({ id: "i-1", packageVersion: "1.0.0" }),
      note: secret(reference({})),
      password: reference({ id: "" }),
    });
  expect(failures).toEqual([]);
  expect(inputs).toEqual({ shelfId: "i-1", size: 1, note: secret("urn:x"), password: secret(unknownString) });
});

test("check 17 a property that a secret unknown is in stays secret and unknown", async () => {
  const { inputs } = await toy()
    .resource("Slot")
    .check({ place: "a", value: secret(unknownString) });
  expect(inputs).toEqual({ place: "a", value: secret(unknownString) });
});
