/** Which changes this run tries: a sample of all that can be made, and the named ones. */
import { globSync, readFileSync } from "node:fs";
import path from "node:path";
import * as z from "zod";
import { mutantsOf, type Mutant } from "./mutants.ts";
import { applied, named } from "./named.ts";
import { probesIn, type Probes } from "./probes.ts";
import { sample } from "./sample.ts";

export interface Trial {
  readonly id: string;
  readonly file: string;
  /** Where tests come by that can notice it. */
  readonly probe: string;
  readonly line: number;
  readonly from: string;
  readonly to: string;
  readonly how:
    | { readonly by: "switch"; readonly mutant: Mutant }
    /** The whole file, changed. */
    | { readonly by: "patch"; readonly text: string };
}

/** A file that can be changed. */
export interface Source {
  readonly text: string;
  readonly probes: Probes;
}

export interface Choice {
  readonly sources: ReadonlyMap<string, Source>;
  readonly trials: readonly Trial[];
  /** What else to tell: how many there are, what no longer applies. */
  readonly notes: readonly string[];
}

const changeable = "provider/src/{triggers,trigger-kit,clouds,engine}/**/*.ts";
/** Generated, words for people only, or run as processes only, where no switch is seen (test/protocol/start.test.ts). */
const leftOut = /process\/server\.ts$|messages\.ts$|\.doc\.ts$|docs\.ts$|\.test\.ts$/;

/** Mutants that change nothing anybody could see, each with the reason. */
const equivalents = z.array(
  z.strictObject({ file: z.string(), from: z.string(), to: z.string(), reason: z.string().min(10) }),
);

export function choose(
  root: string,
  wanted: { count: number; seed: string; files: string; id: string | undefined },
): Choice {
  const files = globSync(changeable, { cwd: root })
    .filter((file) => !leftOut.test(file))
    .toSorted();
  const sources = new Map(files.map((file) => [file, read(root, file)]));
  const all = [...sources].flatMap(([file, source]) =>
    mutantsOf(file, source.text).map((mutant) => byRule(mutant, source)),
  );
  const known = equivalents.parse(JSON.parse(readFileSync(path.join(import.meta.dirname, "equivalent.json"), "utf8")));
  const isKnown = (trial: Trial): boolean => known.some((each) => isSame(each, trial));
  const open = all.filter((trial) => !isKnown(trial));
  const byHand = named.flatMap((each): Trial[] => {
    const { name, file, find, replace } = each;
    const { text = "", probes } = sources.get(file) ?? {};
    const changed = applied(each, text);
    if (changed === undefined || probes === undefined) return [];
    const at = text.indexOf(find);
    const place = { id: name, file, probe: probes.at(at), line: lineOf(text, at) };
    return [{ ...place, from: find, to: replace, how: { by: "patch", text: changed } }];
  });
  const gone = [
    ...known.filter((each) => !all.some((trial) => isSame(each, trial))).map(({ file, from }) => `${file}: ${from}`),
    ...named.filter(({ name }) => !byHand.some(({ id }) => id === name)).map(({ name }) => name),
  ];
  const isWanted = ({ file }: Trial): boolean => file.includes(wanted.files);
  const mutants = open.filter(isWanted).flatMap(({ how }) => (how.by === "switch" ? [how.mutant] : []));
  const drawn = new Set(sample(mutants, wanted.count, wanted.seed).map(({ id }) => id));
  const chosen = [...byHand.filter(isWanted), ...open.filter(({ id }) => drawn.has(id))];
  const one = [...byHand, ...all].filter(({ id }) => id === wanted.id);
  return {
    sources,
    trials: wanted.id === undefined ? chosen : one,
    notes: [
      `${all.length} changes can be made; ${all.length - open.length} are known to change nothing (equivalent.json).`,
      ...gone.map((each) => `No longer applies, mend or remove it: ${each}`),
    ],
  };
}

function read(root: string, file: string): Source {
  const text = readFileSync(path.join(root, file), "utf8");
  return { text, probes: probesIn(file, text) };
}

/** With whole lines, as a person compares them. */
function byRule(mutant: Mutant, { text, probes }: Source): Trial {
  const start = text.lastIndexOf("\n", mutant.start - 1) + 1;
  const next = text.indexOf("\n", mutant.end);
  const end = next === -1 ? text.length : next;
  const { id, file } = mutant;
  const to = text.slice(start, mutant.start) + mutant.replacement + text.slice(mutant.end, end);
  return {
    id,
    file,
    probe: probes.at(mutant.start),
    line: lineOf(text, mutant.start),
    from: trim(text.slice(start, end)),
    to: trim(to),
    how: { by: "switch", mutant },
  };
}

function isSame(known: { file: string; from: string; to: string }, { file, from, to }: Trial): boolean {
  return known.file === file && known.from === from && known.to === to;
}

function lineOf(text: string, offset: number): number {
  return text.slice(0, offset).split("\n").length;
}

/** Without what is in front of all lines. */
function trim(lines: string): string {
  const depth = Math.min(
    ...lines
      .split("\n")
      .filter((line) => line.trim() !== "")
      .map((line) => line.search(/\S/)),
  );
  return lines.replaceAll(new RegExp(`^ {${Number.isFinite(depth) ? depth : 0}}`, "gm"), "").trimEnd();
}
