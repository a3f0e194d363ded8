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

/** Loaded with its libraries when it is first asked: who configures none does not pay for it. */
export function coordinatorAt(url: string, now: () => number): Coordinator {
  let loading: Promise<Coordinator> | undefined;
  let loaded: Coordinator | undefined;
  const open = async (): Promise<Coordinator> => {
    loading ??= import("./redis-coordinator.ts").then(({ RedisCoordinator }) => new RedisCoordinator(url, now));
    return (loaded = await loading);
  };
  return {
    take: async (...request) => (await open()).take(...request),
    recall: async (name) => (await open()).recall(name),
    remember: async (name, limit) => (await open()).remember(name, limit),
    claim: async (...claim) => (await open()).claim(...claim),
    warning: () => loaded?.warning(),
    close: () => loaded?.close(),
  };
}
