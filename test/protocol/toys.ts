/** Random values, and random bags for the toys, as programs may write them (fast-check). */
import fc from "fast-check";
import {
  Archive,
  Asset,
  Output,
  ResourceReference,
  Secret,
  Unknown,
  valueMap,
  type UnknownKind,
  type Value,
} from "../../provider/src/engine/wire/values.ts";
import { asset, secret, unknowns } from "./plugin.ts";

const key = fc.oneof(
  fc.string(),
  fc.string({ unit: "grapheme" }),
  fc.constantFrom("constructor", "toString", "", "a.b", "[0]", "valueOf", "\u{1F600}"),
);

const kinds: readonly UnknownKind[] = ["string", "boolean", "number", "array", "asset", "archive", "object"];

/** Every value that can travel, nested. A key `__proto__` cannot: see check 45. */
export const value: fc.Arbitrary<Value> = fc.letrec<{ value: Value }>((tie) => {
  const map = fc
    .array(fc.tuple(key, tie("value")), { maxLength: 4 })
    .map((entries) => valueMap(entries.filter(([name]) => name !== "__proto__")));
  return {
    value: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      fc.constant(null),
      fc.boolean(),
      fc.double(),
      fc.string({ unit: "grapheme" }),
      fc.constantFrom(...kinds).map((kind) => new Unknown(kind)),
      fc.tuple(fc.string(), fc.string({ minLength: 1 })).map(([hash, text]) => new Asset(hash, { text })),
      fc.tuple(fc.string(), fc.string()).map(([hash, path]) => new Asset(hash, { path })),
      fc.tuple(fc.string(), fc.webUrl()).map(([hash, uri]) => new Asset(hash, { uri })),
      fc.string({ minLength: 1 }).map((hash) => new Asset(hash, { elided: true })),
      fc.tuple(fc.string(), fc.string()).map(([hash, path]) => new Archive(hash, { path })),
      fc.string({ minLength: 1 }).map((hash) => new Archive(hash, { elided: true })),
      fc.tuple(fc.string(), map).map(([hash, assets]) => new Archive(hash, { assets })),
      fc
        .tuple(fc.string(), fc.option(fc.string({ minLength: 1 }), { nil: undefined }), fc.string())
        .map(([about, id, version]) => new ResourceReference(about, id, version)),
      fc.array(tie("value"), { maxLength: 4 }),
      map,
      tie("value").map((inner) => new Secret(inner)),
      fc
        .tuple(fc.option(tie("value"), { nil: undefined }), fc.boolean(), fc.array(fc.string(), { maxLength: 2 }))
        .map(([inner, isSecret, dependencies]) => new Output(inner, isSecret, dependencies)),
    ),
  };
}).value;

export type Place = "known" | "secret" | "unknown";

/** A bag of a Thing that Check accepts; each part known, secret or unknown as `places` says. */
export function thing(...places: readonly Place[]): fc.Arbitrary<Record<string, unknown>> {
  const somewhere = (of: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
    fc
      .tuple(of, fc.constantFrom(...places), fc.constantFrom(...Object.values(unknowns)))
      .map(([known, place, unknown]) => {
        if (place === "known") return known;
        return place === "secret" ? secret(known) : unknown;
      });
  const word = fc.string({ unit: "grapheme", maxLength: 8 });
  const part = fc.record(
    { name: somewhere(word), size: somewhere(fc.nat()), hidden: somewhere(word) },
    { requiredKeys: ["name"], noNullPrototype: true },
  );
  const labels = fc.dictionary(
    key.filter((name) => name !== "__proto__"),
    somewhere(word),
    { maxKeys: 3, noNullPrototype: true },
  );
  return fc.record(
    {
      shelfId: somewhere(fc.oneof(fc.constantFrom("s1", "s2"), fc.nat())),
      size: somewhere(fc.integer({ min: 1, max: 12 })),
      color: somewhere(fc.constantFrom("red", "green")),
      labels: somewhere(labels),
      parts: somewhere(fc.array(somewhere(part), { maxLength: 3 })),
      tags: somewhere(fc.array(somewhere(word), { maxLength: 3 })),
      password: somewhere(word),
      note: somewhere(word),
      anything: somewhere(fc.jsonValue({ maxDepth: 2, noUnicodeString: false }).filter(storable)),
      file: somewhere(word.map((text) => asset(`hash of ${text}`, { text: `${text}.` }))),
    },
    { requiredKeys: ["shelfId"], noNullPrototype: true },
  );
}

function storable(json: unknown): boolean {
  return json !== null && !JSON.stringify(json).includes("__proto__");
}
