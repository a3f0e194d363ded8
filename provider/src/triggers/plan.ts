/**
 * What a run has to send, decided from what the last run recorded and what
 * the program wants now. Pure: preview shows the very plan that update
 * carries out. Hashes decide, never other properties.
 */
import { Manifest } from "./manifest.ts";
import { allOwed, isFinal, type Ledger, type Owed, type Receipts, type TaskReceipt } from "./receipts.ts";

/** How the program tells that content changed. */
export type Source =
  | { readonly by: "hash"; readonly hash: string; readonly targets: readonly string[] }
  | { readonly by: "contents"; readonly contents: Manifest };

export interface Desired {
  readonly type: string;
  readonly source: Source;
  /** New entries of `contents` are sent too. */
  readonly sendAdded: boolean;
  /** Entries that left `contents` are sent: right for purges, senseless for prefetches. */
  readonly sendRemoved: boolean;
  readonly onCreate: "send" | "skip";
  readonly wait: boolean;
}

export type Reason =
  /** The trigger is new: what the edge holds is unknown. */
  | "created"
  /** The one hash for all targets changed. */
  | "hashChanged"
  /** `contentHash` gave way to `contents`, or the other way round: nothing to compare with. */
  | "sourceChanged"
  | "changed"
  | "removed"
  | "added"
  /** An earlier run did not get it done. */
  | "owed";

export interface Plan {
  /** In order, each target once. */
  readonly send: ReadonlyMap<string, Reason>;
  /** Of `send`: sent before without an answer, so looked up first. */
  readonly lost: readonly Owed[];
  /** Tasks of earlier runs whose end was not seen, and the targets in them that still count. */
  readonly watch: {
    readonly tasks: readonly TaskReceipt[];
    readonly targets: ReadonlySet<string>;
    /** Nobody waits: they are looked at once, so that what failed in them is not lost. */
    readonly once: boolean;
  };
  /** No longer owed, because the program no longer lists them. */
  readonly forgotten: readonly string[];
  /** Recorded and left alone. */
  readonly unchanged: number;
  /** New in `contents` and not sent, because the edge cannot hold an old copy. */
  readonly addedOnly: number;
  readonly skipped: boolean;
  readonly created: boolean;
  readonly baseline: Baseline;
}

/** What the next run compares with; packed by `toLedger` when it goes into state. */
export type Baseline = { readonly type: string } & ({ readonly hash: string } | { readonly manifest: Manifest });

export function toLedger(baseline: Baseline, awaiting: Iterable<string>): Ledger {
  const names = [...awaiting];
  return {
    type: baseline.type,
    ...("hash" in baseline ? { hash: baseline.hash } : { manifest: baseline.manifest.pack() }),
    ...(names.length > 0 ? { awaiting: Manifest.ofNames(names).pack() } : {}),
  };
}

export function planPurge(previous: Receipts | undefined, desired: Desired): Plan {
  const recorded = previous?.ledger.type === desired.type ? previous : undefined;
  const source = desired.source;
  const draft = source.by === "hash" ? planHash(previous, source, desired) : planContents(previous, source, desired);
  const { send } = draft;
  const owed = recorded === undefined ? [] : allOwed(recorded);
  const added = new Set(draft.added);
  let unchanged = draft.unchanged;
  for (const { target } of owed) {
    if (!draft.stillCounts(target) || send.has(target)) continue;
    send.set(target, "owed");
    if (!added.delete(target) && draft.lists(target)) unchanged--;
  }
  return {
    send,
    lost: owed.filter(({ target, sentAt }) => sentAt !== undefined && send.get(target) === "owed"),
    watch: openTasks(recorded, desired, send, draft.stillCounts),
    forgotten: (previous === undefined ? [] : allOwed(previous))
      .map(({ target }) => target)
      .filter((target) => !send.has(target)),
    unchanged,
    addedOnly: added.size,
    skipped: skips(previous, desired),
    created: previous === undefined,
    baseline: draft.baseline,
  };
}

function skips(previous: Receipts | undefined, desired: Desired): boolean {
  return previous === undefined && desired.onCreate === "skip";
}

interface Draft {
  readonly send: Map<string, Reason>;
  readonly unchanged: number;
  /** New and not to be sent. */
  readonly added: readonly string[];
  readonly baseline: Baseline;
  readonly lists: (target: string) => boolean;
  readonly stillCounts: (target: string) => boolean;
}

function planHash(previous: Receipts | undefined, source: Extract<Source, { by: "hash" }>, desired: Desired): Draft {
  const targets = new Set(source.targets);
  const lists = (target: string): boolean => targets.has(target);
  const reason = skips(previous, desired) ? undefined : hashReason(previous, source.hash);
  return {
    send: new Map(reason === undefined ? [] : [...targets].map((target) => [target, reason])),
    unchanged: reason === undefined ? targets.size : 0,
    added: [],
    baseline: { type: desired.type, hash: source.hash },
    lists,
    stillCounts: lists,
  };
}

function hashReason(previous: Receipts | undefined, hash: string): Reason | undefined {
  if (previous === undefined) return "created";
  if (previous.ledger.hash === hash) return undefined;
  return previous.ledger.hash === undefined ? "sourceChanged" : "hashChanged";
}

function planContents(
  previous: Receipts | undefined,
  source: Extract<Source, { by: "contents" }>,
  desired: Desired,
): Draft {
  const now = source.contents;
  const baseline: Baseline = { type: desired.type, manifest: now };
  const lists = (target: string): boolean => now.has(target);
  // A removed target stays owed until the edge has dropped it.
  const stillCounts = (target: string): boolean => desired.sendRemoved || lists(target);
  const packed = previous?.ledger.manifest;
  if (previous === undefined || packed === undefined) {
    const reason: Reason = previous === undefined ? "created" : "sourceChanged";
    const send = new Map<string, Reason>();
    if (!skips(previous, desired)) for (const target of now.names()) send.set(target, reason);
    return { send, unchanged: 0, added: [], baseline, lists, stillCounts };
  }
  const found = Manifest.unpack(packed).compare(now);
  const send = new Map<string, Reason>();
  for (const target of found.changed) send.set(target, "changed");
  if (desired.sendAdded) for (const target of found.added) send.set(target, "added");
  // Removed names of another type would mean something else under the new one.
  if (desired.sendRemoved && previous.ledger.type === desired.type) {
    for (const target of found.removed) send.set(target, "removed");
  }
  const added = desired.sendAdded ? [] : found.added;
  return { send, unchanged: found.unchanged, added, baseline, lists, stillCounts };
}

function openTasks(
  recorded: Receipts | undefined,
  { wait }: Desired,
  send: ReadonlyMap<string, Reason>,
  stillCounts: (target: string) => boolean,
): Plan["watch"] {
  const once = !wait;
  const none = { tasks: [], targets: new Set<string>(), once };
  const tasks = (recorded?.tasks ?? []).filter((task) => !isFinal(task));
  const awaiting = recorded?.ledger.awaiting;
  // A run with nothing to send and nobody waiting leaves the state as it is, tasks and all.
  if (tasks.length === 0 || awaiting === undefined || (once && send.size === 0)) return none;
  const names = [...Manifest.unpack(awaiting).names()];
  const targets = new Set(names.filter((target) => stillCounts(target) && !send.has(target)));
  return targets.size === 0 ? none : { tasks, targets, once };
}
