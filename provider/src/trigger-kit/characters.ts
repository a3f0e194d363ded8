/** Characters that no target holds, whatever its type: they are invisible, and no edge finds a copy by them. Pure. */

export interface Problem {
  /** Goes on where the property or the value was named: "holds a space". */
  readonly reason: string;
  /** What may have been meant. */
  readonly suggestion?: string | undefined;
}

/** Control and format characters, line separators, blanks that are no U+0020, halves of surrogate pairs. */
const unseen = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]|(?! )\p{Zs}/u;
const everyUnseen = new RegExp(unseen, "gu");

export function characterProblem(text: string): Problem | undefined {
  if (text.trim() === "") return { reason: "is empty" };
  const inner = withoutEdges(text);
  if (inner !== text) {
    const edge = isOdd(text.at(0)) ? text.slice(0, 1) : text.slice(-1);
    const right = characterProblem(inner) === undefined ? inner : undefined;
    return { reason: `begins or ends with ${nameOf(edge)}`, suggestion: right };
  }
  const found = unseen.exec(text)?.[0];
  if (found === undefined) return undefined;
  if (/[\r\n\u0085\u2028\u2029]/.test(found)) return { reason: "holds a line break; give each target on its own" };
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
