/**
 * The calls of one plugin process, on every cloud: which are in the air, and
 * which of the vendor's rows belong to one that was answered. A row answers for
 * one call only, so a look-up never takes a row of another call for its own.
 */
export interface OpenCall {
  readonly service: string;
  readonly targets: ReadonlySet<string>;
  /** Fires when the answer came or will not come. */
  readonly over: Promise<void>;
  readonly end: () => void;
}

export class CallRegistry {
  readonly #open = new Set<OpenCall>();
  /** Task → the targets of each call that it answers for; `"all"`: of an earlier run. */
  readonly #claimed = new Map<string, ReadonlySet<string>[] | "all">();
  /** Target → the lanes in which a call of it had no answer, and could not be looked up. */
  readonly #doubted = new Map<string, Set<string>>();

  begin(service: string, targets: readonly string[]): OpenCall {
    let end = (): void => undefined;
    const over = new Promise<void>((resolve) => {
      end = () => {
        this.#open.delete(call);
        resolve();
      };
    });
    const call: OpenCall = { service, targets: new Set(targets), over, end: () => end() };
    this.#open.add(call);
    return call;
  }

  /** These targets have their row in this task; no other call has. */
  claim(service: string, taskId: string, targets: ReadonlySet<string> | "all"): void {
    const key = `${service} ${taskId}`;
    const before = this.#claimed.get(key);
    if (targets === "all" || before === "all") this.#claimed.set(key, "all");
    else this.#claimed.set(key, [...(before ?? []), targets]);
  }

  isClaimed(service: string, taskId: string, target: string): boolean {
    const claims = this.#claimed.get(`${service} ${taskId}`);
    return claims === "all" || (claims?.some((targets) => targets.has(target)) ?? false);
  }

  /** A call of this lane may have left rows of these targets, and nothing tells whether it did. `service`: with its verb. */
  doubt(service: string, lane: string, targets: readonly string[]): void {
    for (const target of targets) {
      const key = `${service} ${target}`;
      this.#doubted.set(key, (this.#doubted.get(key) ?? new Set()).add(lane));
    }
  }

  /** A row of this target may be that of another lane's call. */
  isDoubted(service: string, lane: string, target: string): boolean {
    return Array.from(this.#doubted.get(`${service} ${target}`) ?? []).some((other) => other !== lane);
  }

  /** A call of this process put this very target into the task. */
  carries(service: string, taskId: string, target: string): boolean {
    const claims = this.#claimed.get(`${service} ${taskId}`) ?? [];
    return claims !== "all" && claims.some((targets) => targets.has(target));
  }

  /** Resolves when no answer is awaited that may claim a row of these targets. */
  async othersAnswered(service: string, targets: ReadonlySet<string>): Promise<void> {
    for (const call of Array.from(this.#open)) {
      if (call.service !== service || !overlap(call.targets, targets)) continue;
      await call.over;
    }
  }
}

function overlap(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  const [few, many] = a.size < b.size ? [a, b] : [b, a];
  for (const target of few) if (many.has(target)) return true;
  return false;
}
