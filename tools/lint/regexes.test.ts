/**
 * No regular expression of ours takes more than linear time. Each one in the sources that ship runs over long texts
 * made of what it looks for itself, repeated so that it begins to match everywhere and matches nowhere: one that goes
 * over the text again from each place takes seconds for what the others do in a millisecond.
 */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import ts from "typescript";
import { expect, test } from "vitest";

const length = 12_000;
/** A hundred times what a linear one takes, and less than half of what a quadratic one does. */
const longestMs = 40;

interface Found {
  readonly regex: RegExp;
  readonly file: string;
}

function regexesIn(folder: string): Found[] {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" });
  return names
    .filter((name) => name.endsWith(".ts") && !name.includes("node_modules"))
    .flatMap((name) => {
      const file = path.join(folder, name);
      const found: Found[] = [];
      const visit = (node: ts.Node): void => {
        if (ts.isRegularExpressionLiteral(node)) {
          const end = node.text.lastIndexOf("/");
          found.push({ regex: new RegExp(node.text.slice(1, end), node.text.slice(end + 1)), file });
        }
        ts.forEachChild(node, visit);
      };
      visit(ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.Latest));
      return found;
    });
}

/** What an expression takes, in its order: each literal, and of each class a member. */
function charactersOf(source: string): string[] {
  const parts =
    /\\u\{?[0-9a-f]+\}?|\\p\{\w+\}|\\(.)|\[(\^?)((?:\\.|[^\]\\])*)\]|\{\d*,?\d*\}|\(\?(?:[:=!]|<[=!]|<\w+>)|[()*+?|^$]|(.)/gisu;
  return [...source.matchAll(parts)].flatMap(([whole, escaped, negated, members, plain]) => {
    if (escaped !== undefined) return [memberOf(escaped)];
    if (members !== undefined) return [negated === "" ? (charactersOf(members.replaceAll("-", ""))[0] ?? "-") : "a"];
    return plain === undefined || whole === "" ? [] : [plain === "." ? "a" : plain];
  });
}

function memberOf(escaped: string): string {
  const known: Readonly<Record<string, string>> = {
    d: "1",
    w: "a",
    s: " ",
    S: "a",
    D: "a",
    W: " ",
    n: "\n",
    r: "\r",
    t: "\t",
    b: "",
    B: "",
  };
  return known[escaped] ?? escaped;
}

/** Texts to repeat: what the expression takes, from each of its places on and up to each, and what any class may take. */
function pumpsFor({ source }: RegExp): Set<string> {
  const taken = charactersOf(source);
  const starts = [1, 2, 3, 5, 8, 12, 20].map((end) => taken.slice(0, end).join(""));
  return new Set(
    ["a", "1", " ", "/", "a.", "a ", "-", "\n", '\\"', ...starts, taken.join("")].filter((pump) => pump !== ""),
  );
}

/** The most that an expression takes over such texts, in milliseconds, and over which; the first that is too much ends it. */
function slowest(regex: RegExp): { ms: number; pump: string } {
  let most = { ms: 0, pump: "" };
  for (const pump of pumpsFor(regex)) {
    for (const before of ["", "\u0001"]) {
      const text = `${before}${pump.repeat(Math.ceil(length / pump.length))}\n\u0001`;
      const run = (): number => measured(() => new RegExp(regex, regex.flags.replace("g", "")).exec(text));
      let ms = run();
      // A machine that was busy is not taken for an expression that is slow.
      for (let again = 0; again < 2 && ms > longestMs; again++) ms = Math.min(ms, run());
      if (ms > most.ms) most = { ms, pump };
      if (ms > longestMs) return most;
    }
  }
  return most;
}

test("each is linear", () => {
  const all = ["provider/src", "sdk/dynamic/src", "emulator/src"].flatMap(regexesIn);
  const once = [...new Map(all.map((found) => [String(found.regex), found])).values()];
  expect(once.length).toBeGreaterThan(150);
  const slow = once.flatMap(({ regex, file }) => {
    const { ms, pump } = slowest(regex);
    return ms > longestMs
      ? [`${file}: ${regex} takes ${Math.round(ms)} ms over ${JSON.stringify(pump)}, repeated`]
      : [];
  });
  expect(slow).toEqual([]);
});

test.each([/^\/+|\/+$/, /[?#].*$/, /\$\{[^}]*\}/, /^[^/?#:\s]+\.[^/?#:\s]+\//])(
  "one that is not is found: %s",
  (regex) => expect(slowest(regex).ms).toBeGreaterThan(longestMs),
);

function measured(work: () => unknown): number {
  const begun = performance.now();
  work();
  return performance.now() - begun;
}
