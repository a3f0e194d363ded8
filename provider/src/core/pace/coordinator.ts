/** What the stacks of one account share, so that together they keep within its limits. */

export interface SharedWindow {
  readonly limit: number;
  readonly perMs: number;
}

export interface Coordinator {
  /**
   * Takes `points` from the window of that name. The milliseconds after which
   * to ask again; 0: taken. `undefined`: no answer, so each decides alone.
   */
  take(name: string, points: number, window: SharedWindow): Promise<number | undefined>;
  /**
   * The answer of a call came so long after its place was taken, which is so much later than usual. The vendor may have
   * counted it later by as much, so its place is free again later.
   */
  late(name: string, afterMs: number, laterMs: number, window: SharedWindow): Promise<void>;
  /** What another stack has learnt of the limit of that name. */
  recall(name: string): Promise<number | undefined>;
  remember(name: string, limit: number): Promise<void>;
  /**
   * Says how much of the day's allowance of that name this owner is about to use; 0: nothing, or no longer. Comes back
   * with what the others have said: the vendor has not counted it yet.
   */
  claim(name: string, owner: string, points: number): Promise<number | undefined>;
  /** What the user should know of it; once. */
  warning(): string | undefined;
  close(): void;
}

/** Tells the user, by whichever call comes first, that each stack decides alone. */
export function tellTrouble(coordinator: Coordinator | undefined, log: { warn(message: string): void }): void {
  const warning = coordinator?.warning();
  if (warning !== undefined) log.warn(warning);
}
