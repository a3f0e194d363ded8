/** `contents` from a file: read straight from its bytes, and never otherwise than JSON has it. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Asset } from "../../provider/src/engine/wire/values.ts";
import { readContents } from "../../provider/src/trigger-kit/contents.ts";
import { packManifest, unpackManifest } from "../../provider/src/triggers/manifest/pack.ts";
import type { Manifest } from "../../provider/src/triggers/manifest/manifest.ts";

const read = (text: string): Promise<Manifest> => readContents(new Asset("0".repeat(64), { text }));
const none = { owed: [], sent: [], lost: [] };
const nothing = { changed: [], added: [], removed: [], open: none, openRemoved: none, neverTrue: 0 };

/** The same value as JSON, with white space and escapes where JSON allows them. */
const spelled = fc
  .tuple(
    fc.dictionary(fc.string({ unit: "grapheme" }), fc.string({ unit: "grapheme" })),
    fc.constantFrom("", " ", "\n\t", "\r\n  "),
    fc.boolean(),
  )
  .map(([map, space, ascii]) => {
    const word = (text: string): string => {
      const plain = JSON.stringify(text);
      if (!ascii) return plain;
      return plain.replaceAll(/[^\u0020-\u007e]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`);
    };
    const entries = Object.entries(map).map(([name, hash]) => `${word(name)}${space}:${space}${word(hash)}`);
    return { map, json: `${space}{${space}${entries.join(`${space},${space}`)}${space}}${space}` };
  });

test("any spelling of a map is that map, and the same as the map in the program", async () => {
  await fc.assert(
    fc.asyncProperty(spelled, async ({ map, json }) => {
      const file = await read(json);
      expect([...file.names()].toSorted()).toEqual(Object.keys(map).toSorted());
      const inline = await readContents(map);
      expect(file.compare(inline)).toEqual({ ...nothing, unchanged: Object.keys(map).length });
      expect(packManifest(file)).toBe(packManifest(inline));
    }),
  );
});

test("a name that is there twice counts as JSON has it: the last one", async () => {
  const twice = await read('{"a":"1","b":"1","a":"2"}');
  expect((await read('{"a":"2","b":"1"}')).compare(twice)).toEqual({ ...nothing, unchanged: 2 });
  expect((await read('{"a":"1","b":"1"}')).compare(twice).changed).toEqual(["a"]);
  expect([...unpackManifest(packManifest(twice)).names()]).toEqual(["a", "b"]);
});

test("a map that the engine gives in another order is told and sent in the same one", async () => {
  const names = async (map: Record<string, string>) => [...(await readContents(map)).names()];
  expect(await names({ b: "1", ä: "1", a: "1", B: "1" })).toEqual(["B", "a", "b", "ä"]);
  expect(await names({ a: "1", B: "1", ä: "1", b: "1" })).toEqual(["B", "a", "b", "ä"]);
});

test("no name is special", async () => {
  expect([...(await read(String.raw`{"__proto__":"\u0031"}`)).names()]).toEqual(["__proto__"]);
});

describe("refused with what is wrong", () => {
  test.each([{ uri: "https://www.example.com/contents.json" }, { uri: "contents.json" }, { elided: true as const }])(
    "%j is on no disk of this machine",
    async (source) => {
      const asset = new Asset("0".repeat(64), source);
      await expect(readContents(asset)).rejects.toThrow("contents: give it as a file or text asset of this machine.");
    },
  );

  test.each([
    "",
    "[]",
    "{",
    '{"a":"1"',
    '{"a":"1",}',
    '{"a" "1"}',
    '{"a":"1"} x',
    '{a:"1"}',
    '"a"',
    '{"a":"tab\there"}',
  ])("%j", async (text) => {
    await expect(read(text)).rejects.toThrow("contents: the file must hold a JSON object that maps each target");
  });

  test.each([
    [
      '{\n  "https://www.example.com/a": 5\n}',
      "the value of https://www.example.com/a at line 2, column 32 is a number",
    ],
    ['{"a":{"b":"c"}}', "the value of a at line 1, column 6 is an object; it must be a text in quotes"],
    ['{"a":null}', "is null; it must be a text in quotes"],
    ['{"a":"1",\n "a":2}', "the value of a at line 2, column 6 is a number"],
    ['{"a":"1",\n "b":"1",\n}', "a comma too many at line 3, column 1"],
    ['{"a":"1"\n "b":"1"}', "comma expected at line 2, column 2"],
    ['// digests\n{"a":"1"}', "a comment, which JSON has not, at line 1, column 1"],
    ['{"a":"[object Promise]"}', "the value of a at line 1, column 6 holds the text of a JavaScript object"],
    ['{"https://undefined/a":"1"}', "is what a language writes where there is no value"],
  ])("the place is named: %j", async (text, words) => {
    await expect(read(text)).rejects.toThrow(words);
  });

  test("however deep it is", async () => {
    const [open, close] = ["[".repeat(50_000), "]".repeat(50_000)];
    await expect(read(open)).rejects.toThrow("contents: the file must hold a JSON object");
    await expect(read(`{"a":${open}${close}}`)).rejects.toThrow(
      "contents: the value of a is a list; it must be a text",
    );
  });

  test("two entries that are one target to the cloud, and say different things", async () => {
    const names = (target: string): string[] => [target.toLowerCase()];
    const file = (text: string): Asset => new Asset("0".repeat(64), { text });
    const same = await readContents(file('{"http://a/":"1","HTTP://A/":"1"}'), { names, secret: false });
    expect([...same.names()]).toEqual(["http://a/"]);
    const other = file('{"http://a/":"1","HTTP://A/":"2"}');
    const why = "is the same target as another entry, and has another hash.";
    await expect(readContents(other, { names, secret: false })).rejects.toThrow(`contents: HTTP://A/ ${why}`);
    await expect(readContents(other, { names, secret: true })).rejects.toThrow(`contents: an entry ${why}`);
  });

  test("what the program says is secret is in no refusal, however it is malformed", async () => {
    const hush = "https://www.example.com/hush?token=a1b2";
    const file = (text: string): Asset => new Asset("0".repeat(64), { text });
    for (const text of [`{"${hush}":5}`, `{"${hush}":"1",}`, `{"${hush}":"undefined"}`, `{${hush}}`, hush]) {
      const refusal: unknown = await readContents(file(text), { secret: true }).catch((error: unknown) => error);
      expect(String(refusal)).toMatch(/^Refusal: contents: /);
      expect(String(refusal)).not.toMatch(/hush|a1b2|token/);
    }
  });
});
