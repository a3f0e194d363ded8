/**
 * What a trigger keeps in state: for which targets its statement is true, the
 * receipts of its last run, and notes on what is owed. The state is the
 * record; the vendor forgets tasks after days and that changes nothing here.
 */
export const taskStatuses = ["submitted", "complete", "partial", "failed", "unverified"] as const;
export type TaskStatus = (typeof taskStatuses)[number];

export const triggerStatuses = ["complete", "submitted", "partial", "skipped", "failed"] as const;
export type TriggerStatus = (typeof triggerStatuses)[number];

/** Coarser purges in place of many targets. */
export const fallbackWords = ["directory", "hostname", "all", "tag"] as const;
export type FallbackWord = (typeof fallbackWords)[number];

/** The code of targets that the edge serves stale though the cloud says that they are done. */
export const staleAtEdge = "StaleAtEdge";

/** The code of targets that were sent without an answer. */
export const answerLost = "AnswerLost";

/** One target that failed. */
export interface Failure {
  readonly target: string;
  readonly code: string;
  readonly reason: string;
}

/** What the cloud accepted in one call, and what became of it. */
export interface TaskReceipt {
  readonly taskIds: string[];
  readonly requestId: string;
  readonly via: "call" | "upload";
  readonly type: string;
  readonly targetCount: number;
  readonly status: TaskStatus;
  /** In the cloud's clock. */
  readonly submittedAt: string;
  readonly completedAt?: string | undefined;
  readonly failures: Failure[];
  /** Why an earlier try, which may have been carried out too, could not be looked up. */
  readonly sentAgain?: string | undefined;
  /** A coarser purge in place of the targets. */
  readonly instead?: { readonly fallback: FallbackWord; readonly targets: string[] } | undefined;
}

/** One visit at the edge that met no older copy. */
export interface Proof {
  readonly url: string;
  readonly node?: string | undefined;
  readonly shownBy: string;
  readonly age?: number | undefined;
  readonly at: string;
}

/** One target that the next run sends, and why. */
export interface Owed extends Failure {
  readonly requestId?: string | undefined;
  /** Sent, and no answer came; in the cloud's clock. */
  readonly sentAt?: string | undefined;
  /** That time is of this machine's clock: no answer had told the cloud's. */
  readonly ownClock?: true | undefined;
  /** The name of that call, where it can be found by one. */
  readonly reference?: string | undefined;
}

/** For which targets the statement is true. */
export interface Ledger {
  readonly type: string;
  /** How the program lists its targets: all with one hash, or each with its own. */
  readonly source: "targets" | "contents";
  readonly hash?: string | undefined;
  /** Packed; empty where the hash says it all. */
  readonly manifest: string;
  readonly owed: number;
  readonly awaiting: number;
  /** Digests of content that was here before. */
  readonly earlier?: string[] | undefined;
  /** Milliseconds that the last tasks took, the newest first. */
  readonly tookMs?: number[] | undefined;
}

/** A run's outcome, in words that fit every kind of trigger. */
export interface Receipts {
  readonly status: TriggerStatus;
  /** Runs in which the cloud accepted something, since the trigger was made. */
  readonly count: number;
  readonly lastAt: string | undefined;
  readonly tasks: readonly TaskReceipt[];
  readonly owed: readonly Owed[];
  /** Visits that showed that the edge is fresh after the last run; absent: none were asked for. */
  readonly proven?: readonly Proof[] | undefined;
  readonly ledger: Ledger;
}

/** What stands for the one target of types that take none. */
export const allTarget = "all";

export function timestamp(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+Z$/, "Z");
}

export function isFinal(task: TaskReceipt): boolean {
  return task.status !== "submitted";
}

/** How long tasks of this type took; other types take other times. */
export function pastOf(ledger: Ledger | undefined, type: string): readonly number[] {
  return ledger?.type === type ? (ledger.tookMs ?? []) : [];
}

/** More notes than these are not kept: a state must stay usable whatever went wrong. What is owed stands in the ledger. */
export const mostListed = 1000;

export function listedProofs(proven: readonly Proof[]): readonly Proof[] | undefined {
  return proven.length === 0 ? undefined : proven.slice(0, mostListed);
}

/**
 * A call without answer is looked up by its note, so those come first: one of each call before all others, which tells
 * that there were several.
 */
export function listedNotes(owed: readonly Owed[]): readonly Owed[] {
  if (owed.length <= mostListed) return owed;
  const lost = owed.filter(({ sentAt }) => sentAt !== undefined);
  const others = owed.filter(({ sentAt }) => sentAt === undefined);
  const calls = new Map(lost.map((note) => [JSON.stringify([note.sentAt, note.reference]), note]));
  return [...new Set([...calls.values(), ...lost, ...others])].slice(0, mostListed);
}
