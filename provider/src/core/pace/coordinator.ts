/** What the stacks of one account share, so that together they keep within its limits. */
export interface Coordinator {
  /**
   * Takes `points` from the window of that name. The milliseconds after which
   * to ask again; 0: taken. `undefined`: no answer, so each decides alone.
   */
  take(
    name: string,
    points: number,
    window: { readonly limit: number; readonly perMs: number },
  ): Promise<number | undefined>;
  /** What another stack has learnt of the limit of that name. */
  recall(name: string): Promise<number | undefined>;
  remember(name: string, limit: number): Promise<void>;
}
