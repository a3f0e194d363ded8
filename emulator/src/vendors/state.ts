/** The state of a service: named parts that a snapshot saves and restores together. */
import type { Snapshotted } from "../ports/snapshot.ts";

/** Sites, domains, uploads and the like, by key. */
export class Records<Value> extends Map<string, Value> implements Snapshotted<readonly (readonly [string, Value])[]> {
  dump(): readonly (readonly [string, Value])[] {
    return [...this];
  }

  load(entries: readonly (readonly [string, Value])[]): void {
    this.clear();
    for (const [key, value] of entries) this.set(key, value);
  }
}

export function together(parts: Readonly<Record<string, Snapshotted>>): Snapshotted<Readonly<Record<string, unknown>>> {
  return {
    dump: () => Object.fromEntries(Object.entries(parts).map(([name, part]) => [name, part.dump()])),
    load(dump) {
      for (const [name, part] of Object.entries(parts)) part.load(dump[name]);
    },
  };
}
