/** Which of all mutants are tried: the same ones each time for the same seed, and mostly the same when code changes. Pure. */
import { createHash } from "node:crypto";
import type { Kind, Mutant } from "./mutants.ts";

/** Texts are mostly words for people, and numbers come in twos. */
const weights: Readonly<Partial<Record<Kind, number>>> = { text: 0.1, number: 0.5, return: 0.5, list: 0.5 };

export function sample(mutants: readonly Mutant[], count: number, seed: string): Mutant[] {
  const keyed = mutants.map((mutant) => ({
    mutant,
    key: chance(`${seed} ${mutant.id}`) ** (1 / (weights[mutant.kind] ?? 1)),
  }));
  return keyed
    .toSorted((a, b) => b.key - a.key)
    .slice(0, count)
    .map(({ mutant }) => mutant);
}

function chance(text: string): number {
  return createHash("sha256").update(text).digest().readUInt32BE() / 2 ** 32;
}
