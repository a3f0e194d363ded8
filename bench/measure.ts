/** Numbers: repeated, interleaved, summed up by the median. */

/**
 * Runs each of the named measurements in turn, round after round, so that a busy moment of the machine
 * hits all of them alike. Rounds of warm-up are measured and thrown away.
 */
export async function interleaved<Name extends string>(
  measurements: Readonly<Record<Name, () => Promise<number>>>,
  { rounds, warmUp }: { readonly rounds: number; readonly warmUp: number },
): Promise<Record<Name, number>> {
  const entries = Object.entries<() => Promise<number>>(measurements);
  const values = new Map<string, number[]>(entries.map(([name]) => [name, []]));
  for (let round = 0; round < warmUp + rounds; round++) {
    for (const [name, measure] of entries) {
      const value = await measure();
      if (round >= warmUp) values.get(name)?.push(value);
    }
  }
  return Object.fromEntries([...values].map(([name, list]) => [name, median(list)])) as Record<Name, number>;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle];
  if (upper === undefined) throw new Error("median of nothing");
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}

/** Milliseconds that a piece of work takes. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}
