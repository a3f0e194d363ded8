/** What a state keeps of its targets: it comes back as it went in, with marks and digests. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Manifest } from "../../provider/src/triggers/manifest/manifest.ts";
import { packManifest, unpackManifest } from "../../provider/src/triggers/manifest/pack.ts";

describe("the manifest", () => {
  const none = { owed: [], sent: [], lost: [] };

  test("comes back as it went in, whatever the names", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ unit: "grapheme" }), fc.string()), (map) => {
        const manifest = Manifest.of(Object.entries(map));
        const back = unpackManifest(packManifest(manifest));
        const byBytes = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));
        expect([...back.names()]).toEqual(Object.keys(map).toSorted(byBytes));
        expect(back.compare(manifest)).toEqual({
          changed: [],
          added: [],
          removed: [],
          unchanged: manifest.size,
          open: none,
          neverTrue: 0,
          openRemoved: none,
        });
      }),
      // What sorts before the newline that names are joined with.
      { examples: [[{ a: "1", "a\t": "1", "a\u0001": "1", b: "1" }]] },
    );
  });

  test("marks come back with their targets, and a hash that stands beside it is not in it", () => {
    const marked = Manifest.ofTargets(["b", "a", "c"], "secret").marked(new Map([["b", "lost"]]), new Map());
    const packed = packManifest(marked, "secret");
    expect(unpackManifest(packed, "secret").withMark("lost")).toEqual(["b"]);
    expect(packed).toBe(
      packManifest(Manifest.ofTargets(["a", "b", "c"], "other").marked(new Map([["b", "lost"]]), new Map()), "other"),
    );
    const removed = Manifest.of([["x", "1"]]).marked(new Map(), new Map([["gone", "owed"]]));
    expect(unpackManifest(packManifest(removed)).withMark("owed")).toEqual(["gone"]);
  });

  test("content that is the same everywhere costs eight bytes in all, not each", () => {
    const bytes = (hashOf: (at: number) => string): number => {
      const entries = Array.from({ length: 1000 }, (_, at) => [`p${at}`, hashOf(at)] as const);
      return Buffer.from(packManifest(Manifest.of(entries)), "base64").length;
    };
    expect(bytes(String) - bytes(() => "1")).toBe(999 * 8);
  });

  test("digests are those of earlier releases: all that their states know would be sent again", () => {
    const hex = (hash: string): string =>
      Array.from(Manifest.of([["a", hash]]).parts.words, (word) => word.toString(16).padStart(8, "0")).join("");
    expect(["", "1", "v2", "sha256:0f"].map(hex)).toEqual([
      "1aee8d83488bdcb8",
      "ce53f7dd14920437",
      "3a448942d3bcc0eb",
      "8c067bc17e473a11",
    ]);
  });

  test.each([2, 3, 2 ** 20, 2 ** 32 - 1])(
    "a damaged one that says %d targets is refused, and takes no memory",
    (count) => {
      for (const hash of [undefined, "1"]) {
        const bytes = Buffer.from(packManifest(Manifest.ofTargets(["a"], "1"), hash), "base64");
        bytes.writeUInt32BE(count, 2);
        expect(() => unpackManifest(bytes.toString("base64"), hash)).toThrow("the manifest in the state is damaged");
      }
      expect(process.memoryUsage().arrayBuffers).toBeLessThan(1e9);
    },
  );

  test("two digests that differ in one half only are different", () => {
    for (const half of [0, 1]) {
      const one = Manifest.of([["a", "1"]]);
      const words = one.parts.words.slice();
      words[half] = (words[half] ?? 0) ^ 1;
      expect(one.compare(new Manifest({ ...one.parts, words })).changed).toEqual(["a"]);
    }
  });
});
