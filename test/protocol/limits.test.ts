/** Messages that can be read: cut where there is too much, and with a way out where a value is none. */
import { expect, test } from "vitest";
import { refused, type Bag, type Failure } from "./client.ts";
import { useToy } from "./toy.ts";

const toy = useToy();

async function failures(bag: Bag): Promise<Failure[]> {
  return (
    await toy()
      .resource("Thing")
      .check({ shelfId: "x", ...bag })
  ).failures;
}

function expectReadable(message: string): void {
  const lines = message.split("\n");
  expect(lines.length).toBeLessThanOrEqual(20);
  for (const line of lines) {
    expect(line.length).toBeLessThanOrEqual(2_000);
    for (const value of line.split(/\s/)) expect(value.length).toBeLessThanOrEqual(200);
  }
}

test("logs, errors and reasons are cut", async () => {
  const failure = await refused(toy().resource("Moody").create({ name: "much", mode: "talks" }));
  const said = toy().log.entries.map(({ message }) => message);
  expect(said).toHaveLength(3);
  for (const message of [...said, ...(failure.partial?.reasons ?? []), failure.message]) expectReadable(message);
  expect(said[0]).toMatch(/^line 0\nline 1\n[^]*\nline 18\n… and more$/);
  expect(said[1]).toMatch(/^value v+… \(1,000,000 characters\) ends$/);
  expect(said[2]).toMatch(/^(word )+\w* …$/);
  expect(failure.partial?.reasons).toHaveLength(20);
  expect(failure.partial?.reasons.at(-1)).toBe("and 81 more problems");
});

test("30,000 unknown properties are told in 20 lines", async () => {
  const bag = Object.fromEntries(Array.from({ length: 30_000 }, (_, index) => [`sizes${index}`, 1]));
  const found = await failures(bag);
  expect(found).toHaveLength(20);
  expectReadable(
    found
      .slice(1)
      .map(({ reason }) => reason)
      .join("\n"),
  );
  expect(found.at(-1)?.reason).toBe("and 29,981 more problems");
});

test.each<[string, Bag]>([
  ["value of a property", { color: "c".repeat(10_000_000) }],
  ["value of an item", { tags: [["t".repeat(10_000_000)]] }],
  ["key of a map", { labels: { ["k".repeat(1_000_000)]: 1 } }],
  ["name of a property", { ["p".repeat(1_000_000)]: 1 }],
])("a %s of megabytes is cut", async (_, bag) => {
  const found = await failures(bag);
  expect(found).toHaveLength(1);
  expectReadable(`${found[0]?.property}: ${found[0]?.reason}`);
  // The engine prints the value of the property that it is told.
  expect(found[0]?.property).toBe("");
});

test("of a list of 30,000 wrong items 20 are named", async () => {
  const found = await failures({ tags: Array.from({ length: 30_000 }, (_, index) => index) });
  expect(found).toHaveLength(20);
  expect(found.at(-1)).toEqual({ property: "", reason: "and 29,981 more problems" });
});

test("a number that lost its last digits is refused, and null is explained", async () => {
  const large = [
    ...(await failures({ shelfId: Number("540749841300012345") })),
    ...(await failures({ count: 2 ** 53 })),
  ];
  expect(large.map(({ property }) => property)).toEqual(["shelfId", "count"]);
  for (const { reason } of large) expect(reason).toMatch(/9,007,199,254,740,991.*quote it/);
  expect(await failures({ shelfId: 2 ** 53 - 1, count: 2 ** 53 - 1 })).toEqual([]);
  expect(await failures({ shelfId: null })).toEqual([
    { property: "", reason: "shelfId: is required, and is null: is the output that it comes from empty?" },
  ]);
  expect(await failures({ tags: ["a", null], labels: { a: null }, note: null })).toEqual([
    { property: "", reason: "labels.a: is null: is the output that it comes from empty?" },
    { property: "", reason: "tags[1]: is null: is the output that it comes from empty?" },
  ]);
});
