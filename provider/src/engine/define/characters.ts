/**
 * Characters that no text for a cloud holds: they cannot be seen, they end headers and lines, and no edge finds a copy
 * by them. Pure.
 */
import { items, type Path, type Value, type ValueMap } from "../wire/values.ts";
import { isAt, type Place } from "../wire/secrets.ts";
import type { Failure, Shape } from "./contract.ts";
import { placesWhere } from "./shapes.ts";

export interface Problem {
  /** Goes on where the property or the value was named: "holds a space". */
  readonly reason: string;
  /** What may have been meant. */
  readonly suggestion?: string | undefined;
}

/** Control and format characters, line separators, blanks that are no U+0020, halves of surrogate pairs. */
const unseen = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]|(?! )\p{Zs}/u;
const everyUnseen = new RegExp(unseen, "gu");

/** `advice`: what is said of a line break inside. */
export function characterProblem(text: string, advice = "; give each target on its own"): Problem | undefined {
  if (text.trim() === "") return { reason: "is empty" };
  const inner = withoutEdges(text);
  if (inner !== text) {
    const edge = isOdd(text.at(0)) ? text.slice(0, 1) : text.slice(-1);
    const right = characterProblem(inner) === undefined ? inner : undefined;
    return { reason: `begins or ends with ${nameOf(edge)}`, suggestion: right };
  }
  const found = unseen.exec(text)?.[0];
  if (found === undefined) return undefined;
  if (/[\r\n\u0085\u2028\u2029]/.test(found)) return { reason: `holds a line break${advice}` };
  const suggestion = /\p{Cs}/u.test(found) ? undefined : text.replaceAll(everyUnseen, "");
  return { reason: `holds ${nameOf(found)}`, suggestion };
}

/** By hand: an expression that looks for the end of a run from each of its places takes forever for a long one. */
function withoutEdges(text: string): string {
  let [from, to] = [0, text.length];
  while (from < to && isOdd(text[from])) from++;
  while (from < to && isOdd(text[to - 1])) to--;
  return text.slice(from, to);
}

function isOdd(character = ""): boolean {
  return /^[\s\p{Cc}\p{Cf}]$/u.test(character);
}

function nameOf(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code === 0x20) return "a space";
  const point = `U+${code.toString(16).toUpperCase().padStart(4, "0")}`;
  if (code === 0x0a || code === 0x0d) return `a line break (${point})`;
  if (code === 0x09) return `a tab (${point})`;
  if (/\p{Cs}/u.test(character)) return `half of a character (${point})`;
  return /^\p{Cc}/u.test(character) ? `a control character (${point})` : `an invisible character (${point})`;
}

/** Places whose texts may hold any character: what is compared and not sent, and what rules of its own judge. */
export function placesOfAnyText(shape: Shape): Place[] {
  return placesWhere(shape, ({ anyText, fingerprint }) => anyText === true || fingerprint === true);
}

/** Texts and keys with such characters, wherever they are. */
export function unseenCharacters(bag: ValueMap, anyText: readonly Place[]): Failure[] {
  const walk = (value: Value, path: Path): Failure[] => {
    if (isAt(path, anyText)) return [];
    if (typeof value === "string") {
      const problem = unseen.test(value) ? characterProblem(value, "") : undefined;
      return problem === undefined ? [] : [{ path, ...problem }];
    }
    return items(value).flatMap(([step, item]) => {
      const problem = typeof step === "string" && unseen.test(step) ? characterProblem(step, "") : undefined;
      return [
        ...(problem === undefined ? [] : [{ path, reason: `has a key that ${problem.reason}` }]),
        ...walk(item, [...path, step]),
      ];
    });
  };
  return Object.entries(bag).flatMap(([key, value]) => walk(value, [key]));
}
