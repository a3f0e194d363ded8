/** Which targets of a call are whose. */
import type { Entry } from "./entry.ts";
import type { SendResult } from "./result.ts";

/** Entry → its targets in one call. */
export type Parts = ReadonlyMap<Entry, readonly string[]>;

export function targetsOf(parts: Parts): string[] {
  return [...new Set([...parts.values()].flat())];
}

export function only(parts: Parts, targets: readonly string[]): Parts {
  const wanted = new Set(targets);
  const kept = [...parts].map(([entry, own]) => [entry, own.filter((target) => wanted.has(target))] as const);
  return new Map(kept.filter(([, own]) => own.length > 0));
}

export function withNote(result: SendResult | undefined, sentAgain: string | undefined): SendResult {
  if (result === undefined) return { state: "unsent", why: "cancelled" };
  return result.state === "accepted" && sentAgain !== undefined ? { ...result, sentAgain } : result;
}

export function settle(parts: Parts, resultFor: (target: string, entry: Entry) => SendResult): void {
  for (const [entry, targets] of parts) {
    entry.settle(targets.map((target) => [target, resultFor(target, entry)] as const));
  }
}
