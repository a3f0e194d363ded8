/** Finds our target in the vendor's spelling of it: exact, else percent-decoded, else without case. */
import { everything } from "../service.ts";

export class TargetIndex {
  readonly #exact: ReadonlySet<string>;
  #decoded: Map<string, string> | undefined;
  #caseless: Map<string, string> | undefined;

  constructor(targets: Iterable<string>) {
    this.#exact = new Set(targets);
  }

  find(listed: string): string | undefined {
    if (this.#exact.has(listed)) return listed;
    // Kinds that purge everything are listed under whatever the vendor finds fitting.
    if (this.#exact.has(everything)) return everything;
    this.#decoded ??= this.#by(decoded);
    const found = this.#decoded.get(decoded(listed));
    if (found !== undefined) return found;
    this.#caseless ??= this.#by((target) => decoded(target).toLowerCase());
    return this.#caseless.get(decoded(listed).toLowerCase());
  }

  #by(spelling: (target: string) => string): Map<string, string> {
    return new Map([...this.#exact].map((target) => [spelling(target), target]));
  }
}

function decoded(target: string): string {
  try {
    return decodeURIComponent(target);
  } catch {
    return target;
  }
}
