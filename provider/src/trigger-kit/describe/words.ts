/** Numbers, counts and names as every message writes them. Pure. */
import { allTarget } from "../../triggers/receipts.ts";

const shown = 10;
/** A target can have megabytes; a message names it, and no more. */
const longestName = 200;

/** The first ten of them by name. */
export function some(targets: readonly string[]): string {
  const names = targets.slice(0, shown).map((target) => (target === allTarget ? "everything" : cut(target)));
  return targets.length > shown ? `${names.join(", ")} and ${number(targets.length - shown)} more` : names.join(", ");
}

export function cut(text: string): string {
  return text.length > longestName ? `${beginning(text)}… (${number(text.length)} characters)` : text;
}

/** Every form in which messages show these: whole, and cut. For what is to be hidden. */
export function* shownForms(texts: Iterable<string>): Generator<string> {
  for (const text of texts) {
    yield text;
    if (text.length > longestName) yield beginning(text);
  }
}

function beginning(text: string): string {
  return text.slice(0, longestName - 1);
}

export function things(count: number, noun: string): string {
  return `${number(count)} ${plural(count, noun)}`;
}

export function plural(count: number, noun: string): string {
  if (count === 1) return noun;
  return noun.endsWith("y") ? `${noun.slice(0, -1)}ies` : `${noun}s`;
}

export function number(value: number): string {
  // Most counts are small, and a locale is dear.
  return Number.isInteger(value) && value < 1000 ? String(value) : value.toLocaleString("en");
}

export function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
