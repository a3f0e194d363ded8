/**
 * Daily counters: how much of a quota was used, by key and quota day. Counters never pass their limit and never
 * turn negative: `take` either takes everything or nothing.
 */
import { quotaDay } from "../clock/time.ts";
import type { LimitDefinition } from "../ports/settings.ts";
import type { Snapshotted } from "../ports/snapshot.ts";
import type { TenantPort } from "../ports/tenant.ts";

type Entries = readonly (readonly [string, { readonly day: number; readonly count: number }])[];

export class DailyCounters implements Snapshotted<Entries> {
  readonly #used = new Map<string, { day: number; count: number }>();
  readonly #now: () => number;
  readonly #resetHour: () => number;

  constructor(now: () => number, resetHour: () => number) {
    this.#now = now;
    this.#resetHour = resetHour;
  }

  used(key: string): number {
    const counter = this.#used.get(key);
    return counter && counter.day === this.#today() ? counter.count : 0;
  }

  /** Takes `count` of `limit`, or takes nothing and says false. */
  take(key: string, count: number, limit: number): boolean {
    const used = this.used(key);
    if (used + count > limit) return false;
    this.#used.set(key, { day: this.#today(), count: used + count });
    return true;
  }

  /** Sets a counter, as a fault or a seed asks for it. */
  set(key: string, count: number): void {
    this.#used.set(key, { day: this.#today(), count: Math.max(0, count) });
  }

  dump(): Entries {
    return [...this.#used].map(([key, counter]) => [key, { ...counter }]);
  }

  load(entries: Entries): void {
    this.#used.clear();
    for (const [key, counter] of entries) this.#used.set(key, { ...counter });
  }

  #today(): number {
    return quotaDay(this.#now(), this.#resetHour());
  }
}

/** A service's counters; `resetHour`: when its quota day turns. */
export function dailyCounters({ clock, settings }: TenantPort, resetHour: LimitDefinition): DailyCounters {
  return new DailyCounters(
    () => clock.now(),
    () => settings.limit(resetHour),
  );
}
