/** One at a time per key, in the order of asking. */
import { Interrupted } from "./errors.ts";

export class KeyedMutex {
  readonly #tails = new Map<string, Promise<void>>();

  async run<T>(key: string, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    const before = this.#tails.get(key) ?? Promise.resolve();
    const turn = withResolvers();
    const tail = before.then(() => turn.promise);
    this.#tails.set(key, tail);
    try {
      await before;
      if (signal.aborted) throw Interrupted.by(signal);
      return await work();
    } finally {
      turn.resolve();
      if (this.#tails.get(key) === tail) this.#tails.delete(key);
    }
  }
}

function withResolvers(): { promise: Promise<void>; resolve: () => void } {
  let resolve: () => void = () => undefined;
  const promise = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
