/** Writes all mutants of a file into one source, each behind a switch, so that a run chooses one without a new build. Pure. */
import type { Mutant } from "./mutants.ts";

/** Each file's own: processes that tests start have no test around them. */
export const prelude = "const __m = globalThis.__m ?? ((on) => (id) => id === on)(process.env.MUTANT); ";

export function switched(text: string, mutants: readonly Mutant[]): string {
  const sorted = mutants.toSorted((a, b) => a.start - b.start || b.end - a.end);
  return prelude + part(text, 0, text.length, sorted);
}

/** `text` from `start` to `end`, with what `inside` changes in there; outer ones come first. */
function part(text: string, start: number, end: number, inside: readonly Mutant[]): string {
  let written = "";
  let at = start;
  for (let next = 0; next < inside.length;) {
    const first = inside[next];
    if (first === undefined) break;
    let last = next;
    while ((inside[last]?.start ?? Infinity) < first.end || inside[last]?.start === first.start) last++;
    const group = inside.slice(next, last);
    const same = group.filter((each) => each.start === first.start && each.end === first.end);
    const rest = group.filter((each) => !same.includes(each));
    written += text.slice(at, first.start) + choose(same, part(text, first.start, first.end, rest));
    at = first.end;
    next = last;
  }
  return written + text.slice(at, end);
}

function choose(mutants: readonly Mutant[], original: string): string {
  let chosen = original;
  for (const { id, form, replacement } of mutants) {
    const on = `__m("${id}")`;
    if (form === "expression") chosen = `(${on} ? (${replacement}) : (${chosen}))`;
    // In braces of its own: after an `if` without any, an `else` of that one would become this one's.
    else if (replacement === "") chosen = `{ if (!${on}) { ${chosen} } }`;
    else chosen = `{ if (${on}) { ${replacement} } ${chosen} }`;
  }
  return chosen;
}
