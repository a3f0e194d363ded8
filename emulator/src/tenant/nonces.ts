/** Signature nonces that were used lately. Two generations, so forgetting costs nothing. */
import type { Nonces } from "../ports/tenant.ts";

export class NonceMemory implements Nonces {
  readonly #now: () => number;
  #current = new Set<string>();
  #previous = new Set<string>();
  #since: number;

  constructor(now: () => number) {
    this.#now = now;
    this.#since = now();
  }

  /** False if the nonce was seen within the window. */
  use(key: string, nonce: string, windowMs: number): boolean {
    const now = this.#now();
    if (now - this.#since >= windowMs || now < this.#since) {
      this.#previous = now - this.#since < 2 * windowMs && now >= this.#since ? this.#current : new Set();
      this.#current = new Set();
      this.#since = now;
    }
    const entry = `${key} ${nonce}`;
    if (this.#current.has(entry) || this.#previous.has(entry)) return false;
    this.#current.add(entry);
    return true;
  }
}
