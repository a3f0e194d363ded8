/** State that a snapshot keeps: plain data out, the same data in. */
export interface Snapshotted<Dump = unknown> {
  dump(): Dump;
  load(dump: Dump): void;
}
