/** One line of docs/benchmarks.md. */
export interface Figure {
  readonly what: string;
  readonly unit: "ms" | "s" | "MiB" | "calls" | "bytes" | "%";
  readonly edgecache: number;
  /** What it is compared with, measured in the same run. */
  readonly against?: { readonly name: string; readonly value: number };
  /** The most that edgecache may take, as a multiple of `against`. */
  readonly target?: number;
}

/** A selectable part of the bench. `null`: it cannot run on this machine, and said why. */
export interface Part {
  readonly title: string;
  /** How it was measured, one paragraph under the table. */
  readonly method: string;
  run(say: (line: string) => void): Promise<readonly Figure[]>;
}
