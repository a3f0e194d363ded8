/** Chooses the targets of the next call: packed in as few calls as the rules allow, of those whose windows have room. */
import type { Counts, DomainWindows } from "../../core/pace/domain-windows.ts";
import type { KindRules } from "../service.ts";
import type { Entry } from "./entry.ts";
import { domainOf, pack } from "./pack.ts";

export class NextCall {
  readonly #rules: () => KindRules;
  readonly #windows: DomainWindows | undefined;
  #packed: { readonly targets: string[]; readonly domains: Counts }[] = [];

  constructor(rules: () => KindRules, windows: DomainWindows | undefined) {
    this.#rules = rules;
    this.#windows = windows;
  }

  /** What waits is not what it was. */
  changed(): void {
    this.#packed = [];
  }

  /** Whether any call may leave now. */
  ready(entries: Iterable<Entry>): boolean {
    return this.#find(entries) >= 0;
  }

  take(entries: Iterable<Entry>): readonly string[] | undefined {
    const at = this.#find(entries);
    return at < 0 ? undefined : this.#packed.splice(at, 1)[0]?.targets;
  }

  #find(entries: Iterable<Entry>): number {
    const at = this.#packed.findIndex(({ domains }) => this.#windows?.mayLeave(domains) !== false);
    if (at >= 0) return at;
    const targets = waitingTargets(entries);
    this.#packed = pack(this.#withRoom(targets), this.#rules()).map((call) => ({
      targets: call,
      domains: this.#windows === undefined ? new Map() : domainCounts(call),
    }));
    return this.#packed.findIndex(({ domains }) => this.#windows?.mayLeave(domains) !== false);
  }

  #withRoom(targets: readonly string[]): readonly string[] {
    if (this.#windows === undefined) return targets;
    const room = this.#windows.room(domainCounts(targets));
    return targets.filter((target) => {
      const domain = domainOf(target);
      const left = room.get(domain) ?? 0;
      room.set(domain, left - 1);
      return left > 0;
    });
  }
}

/** Small triggers first, so that one page does not wait behind a whole site; one that goes alone before all. */
export function waitingTargets(entries: Iterable<Entry>): string[] {
  const waiting = [...entries].filter((entry) => entry.waiting.size > 0);
  const solo = waiting.find((entry) => entry.alone);
  const sources = solo !== undefined ? [solo] : waiting.toSorted((a, b) => a.waiting.size - b.waiting.size);
  return [...new Set(sources.flatMap((entry) => [...entry.waiting]))];
}

export function domainCounts(targets: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const target of targets) {
    const domain = domainOf(target);
    counts.set(domain, (counts.get(domain) ?? 0) + 1);
  }
  return counts;
}
