/**
 * What a run has to send: what the statement says, minus what is recorded as
 * true. Pure: preview shows the very plan that update carries out.
 */
import { coverOf } from "./budget/cover.ts";
import { Manifest, type OpenMark } from "./manifest/manifest.ts";
import { packManifest, unpackManifest } from "./manifest/pack.ts";
import { ofNewHosts } from "./new-hosts.ts";
import { remembering, rolledBack } from "./rollback.ts";
import { originOf } from "./submit/pack.ts";
import type { Sending } from "./submit/result.ts";
import { answerLost, isFinal, type Ledger, type Receipts, type TaskReceipt } from "./receipts.ts";

/** "The edge holds no copy of these targets older than this content." */
export interface Statement {
  readonly type: string;
  readonly source: Ledger["source"];
  /** The one hash of all targets, where there is one. */
  readonly hash?: string | undefined;
  /** Target → digest of its content. */
  readonly manifest: Manifest;
  /** The hash is made from the names of the targets: while nothing is open, the record need not list them. */
  readonly hashNamesTargets?: boolean | undefined;
  /** What earlier releases called this very hash. */
  readonly formerHash?: string | undefined;
}

export interface Desired {
  readonly statement: Statement;
  /** New entries of `contents` are sent too. */
  readonly sendAdded: boolean;
  /** Entries are paths at several hosts: of one that is new nothing is recorded, and what the edge holds is unknown. */
  readonly byHosts?: boolean;
  /** Entries that left `contents` are sent: right for purges, senseless for prefetches. */
  readonly sendRemoved: boolean;
  readonly onCreate: "send" | "skip";
  readonly wait: boolean;
  /** The same targets mean more than they did: tags at another domain, URLs in another routine's cache. */
  readonly widened?: boolean;
  /** What is sent is only marked stale, so that content which comes back matters. `said`: the program says that it does. */
  readonly rollback?: { readonly said: boolean } | undefined;
  /** Tasks submitted before this are forgotten by the vendor: nothing can prove their end any more. */
  readonly listedSince: number;
}

export const reasons = [
  /** The trigger is new: what the edge holds is unknown. */
  "created",
  /** Another type is another statement. */
  "retyped",
  /** The same targets mean more than before. */
  "widened",
  /** The one hash for all targets changed. */
  "hashChanged",
  /** `contentHash` gave way to `contents`, or the other way round. */
  "sourceChanged",
  "changed",
  "removed",
  "added",
  /** An earlier run did not get it done. */
  "owed",
] as const;
export type Reason = (typeof reasons)[number];

export interface Plan {
  /** In order, each target once. */
  readonly send: ReadonlyMap<string, Reason>;
  /** Of `send`: sent before without an answer, so looked up first. */
  readonly lost: readonly LostTarget[];
  /** Of `send`: a coarser purge was sent in their place, without an answer. */
  readonly lostCoarser: ReadonlySet<string>;
  /** Tasks of earlier runs whose end was not seen, and the targets in them that still count. */
  readonly watch: {
    readonly tasks: readonly TaskReceipt[];
    readonly targets: ReadonlySet<string>;
    /** The end is not waited for: they are looked at once, so that what failed in them is not lost. */
    readonly once: boolean;
  };
  /** In tasks of earlier runs, and neither waited for nor looked at in this one. */
  readonly left: ReadonlySet<string>;
  /** No longer owed, because the program no longer lists them. */
  readonly forgotten: readonly string[];
  /** Left `contents` together with what it states: removals of the old statement, which the new one does not send. */
  readonly leftBehind: readonly string[];
  /** Recorded and left alone. */
  readonly unchanged: number;
  /** New in `contents` and not sent, because the edge cannot hold an old copy. */
  readonly addedOnly: number;
  /** Of these: at hosts of which nothing was recorded, so that it may hold one. */
  readonly addedElsewhere: readonly string[];
  readonly skipped: boolean;
  readonly created: boolean;
  readonly statement: Statement;
  /** Of `send` and `watch`: no longer listed by the program. */
  readonly unlisted: ReadonlySet<string>;
  /** Of `send`: back to content that was here before. */
  readonly rolledBack: readonly string[];
  /** Digests of content that was here before, for the record. */
  readonly earlier: readonly string[];
}

export interface LostTarget extends Sending {
  readonly target: string;
  readonly reference: string;
}

export function planPurge(before: Receipts | undefined, desired: Desired): Plan {
  const { statement } = desired;
  if (before === undefined) return firstPlan(desired);
  const previous = { ...before, ledger: renamedHash(before.ledger, statement) };
  const recorded = recordedIn(previous, statement);
  const owedBefore = [...recorded.withMark("owed"), ...recorded.withMark("lost")];
  const { earlier = [] } = previous.ledger;
  const other = otherStatement(previous.ledger, desired);
  if (other !== undefined) {
    const send = new Map(Array.from(statement.manifest.names(), (target) => [target, other]));
    const forgotten = owedBefore.filter((target) => !send.has(target));
    const left = desired.sendRemoved ? leavingContents(previous.ledger, recorded, statement) : [];
    return { ...emptyPlan(desired), send, earlier, forgotten, leftBehind: without(left, forgotten) };
  }
  const found = recorded.compare(statement.manifest);
  const byHash = statement.source === "targets" && previous.ledger.hash !== statement.hash ? "hashChanged" : undefined;
  // Among the new entries may be the correction of one that was never true.
  const sendAdded = statement.source === "targets" || desired.sendAdded || found.neverTrue > 0;
  const sendRemoved = statement.source === "contents" && desired.sendRemoved;
  const send = new Map<string, Reason>();
  for (const target of found.changed) send.set(target, byHash ?? "changed");
  const { byHosts = false } = desired;
  const added = sendAdded ? found.added : byHosts ? ofNewHosts(found.added, recorded, originOf) : [];
  for (const target of added) send.set(target, byHash ?? "added");
  for (const target of [...found.open.owed, ...found.open.lost]) send.set(target, byHash ?? "owed");
  if (sendRemoved) {
    for (const target of found.removed) send.set(target, "removed");
    for (const target of [...found.openRemoved.owed, ...found.openRemoved.lost]) send.set(target, "owed");
  }
  const sent = [...found.open.sent, ...(sendRemoved ? found.openRemoved.sent : [])];
  const tasks = provingTasks(previous, desired, sent);
  // What no list can prove any more is sent again.
  if (tasks.length === 0) for (const target of sent) send.set(target, "owed");
  const awaited = tasks.length === 0 ? [] : sent;
  // A run with nothing to send that does not wait leaves the state as it is, tasks and all.
  const left = !desired.wait && send.size === 0;
  const { rollback } = desired;
  const { manifest } = statement;
  return {
    ...emptyPlan(desired),
    send,
    rolledBack: rollback === undefined ? [] : rolledBack(send.keys(), manifest, earlier, rollback.said),
    earlier: rollback === undefined ? earlier : remembering(earlier, send.keys(), recorded, manifest),
    lost: lostOf(previous, send, [...found.open.lost, ...found.openRemoved.lost]),
    lostCoarser: lostCoarserOf(previous, send),
    watch: {
      tasks: left || awaited.length === 0 ? [] : tasks,
      targets: new Set(left ? [] : awaited),
      once: !desired.wait,
    },
    left: new Set(left ? awaited : []),
    forgotten: owedBefore.filter((target) => !send.has(target)),
    unchanged: found.unchanged + (tasks.length === 0 ? 0 : found.open.sent.length),
    addedOnly: found.added.length - added.length,
    addedElsewhere: sendAdded || byHosts ? [] : ofNewHosts(found.added, recorded),
    unlisted: new Set(sendRemoved ? [...found.removed, ...Object.values(found.openRemoved).flat()] : []),
  };
}

function renamedHash(ledger: Ledger, { hash, formerHash }: Statement): Ledger {
  return formerHash === undefined || ledger.hash !== formerHash ? ledger : { ...ledger, hash };
}

/** What the state says. Where it does not say for which targets (`hashNamesTargets`, earlier releases), it means all that are listed. */
function recordedIn({ ledger }: Receipts, { manifest }: Statement): Manifest {
  return ledger.manifest === ""
    ? Manifest.ofTargets(manifest.names(), ledger.hash ?? "")
    : unpackManifest(ledger.manifest, ledger.hash);
}

type Anew = "retyped" | "widened" | "sourceChanged";

function otherStatement(ledger: Ledger, { statement: { type, source }, widened }: Desired): Anew | undefined {
  if (ledger.type !== type) return "retyped";
  if (widened === true) return "widened";
  return ledger.source === source ? undefined : "sourceChanged";
}

/** Entries of `contents` that were true, and that another statement no longer lists. */
export function leavingContents({ source }: Ledger, recorded: Manifest, { manifest }: Statement): readonly string[] {
  return source === "contents" ? recorded.compare(manifest).removed : [];
}

function without(targets: readonly string[], others: readonly string[]): readonly string[] {
  const known = new Set(others);
  return targets.filter((target) => !known.has(target));
}

function firstPlan(desired: Desired): Plan {
  const { statement, onCreate } = desired;
  const skipped = onCreate === "skip";
  const names = skipped ? [] : [...statement.manifest.names()];
  return {
    ...emptyPlan(desired),
    send: new Map(names.map((target) => [target, "created"])),
    unchanged: skipped ? statement.manifest.size : 0,
    skipped,
    created: true,
  };
}

function emptyPlan(desired: Desired): Plan {
  return {
    send: new Map(),
    lost: [],
    lostCoarser: new Set(),
    watch: { tasks: [], targets: new Set(), once: !desired.wait },
    left: new Set(),
    forgotten: [],
    leftBehind: [],
    unchanged: 0,
    addedOnly: 0,
    addedElsewhere: [],
    skipped: false,
    created: false,
    statement: desired.statement,
    unlisted: new Set(),
    rolledBack: [],
    earlier: [],
  };
}

/** The tasks that can show the end of what was sent: none if the vendor has forgotten any of them. */
function provingTasks({ tasks }: Receipts, { listedSince }: Desired, sent: readonly string[]): readonly TaskReceipt[] {
  const open = tasks.filter((task) => !isFinal(task));
  const remembered = open.every((task) => Date.parse(task.submittedAt) >= listedSince);
  return remembered && tellOf(open, sent) ? open : [];
}

/** Which target went by a plain call and which by a coarser one is not recorded, so it must have been all or none. */
function tellOf(open: readonly TaskReceipt[], sent: readonly string[]): boolean {
  const coarser = open.flatMap(({ instead }) => (instead === undefined ? [] : [instead]));
  if (coarser.length === 0) return true;
  if (coarser.length < open.length) return false;
  const covered = coarser.flatMap(({ fallback, targets }) => [...coverOf(fallback, targets, sent).values()].flat());
  return new Set(covered).size === sent.length;
}

/**
 * Not every lost target has a note, since only so many are kept. What lost them is one of the calls that the others
 * were in: looked up from the first of these on, and by name only where there was one.
 */
function lostOf({ owed }: Receipts, send: ReadonlyMap<string, Reason>, lost: readonly string[]): LostTarget[] {
  const noted = owed.flatMap(({ target, sentAt, reference = "", ownClock }): LostTarget[] =>
    sentAt === undefined ? [] : [{ target, sentAt: Date.parse(sentAt), reference, ...(ownClock && { ownClock }) }],
  );
  const [first] = noted.toSorted((a, b) => a.sentAt - b.sentAt);
  if (first === undefined) return [];
  const oneCall = noted.every(({ reference }) => reference === first.reference);
  const unnoted = oneCall ? first : { ...first, reference: "" };
  const known = new Map(noted.map((each) => [each.target, each]));
  return lost
    .filter((target) => send.get(target) === "owed")
    .map((target) => known.get(target) ?? { ...unnoted, target });
}

/** A single target's call says when it was sent. */
function lostCoarserOf({ owed }: Receipts, send: ReadonlyMap<string, Reason>): ReadonlySet<string> {
  const lost = owed.filter(({ code, sentAt }) => code === answerLost && sentAt === undefined);
  return new Set(lost.map(({ target }) => target).filter((target) => send.get(target) === "owed"));
}

/** The record after a run: all that was planned is true but for what is marked. */
export function toLedger(plan: Plan, open: ReadonlyMap<string, OpenMark>): Ledger {
  const { type, source, hash, manifest, hashNamesTargets = false } = plan.statement;
  const listed = new Map<string, OpenMark>();
  const removed = new Map<string, OpenMark>();
  for (const [target, mark] of open) (plan.unlisted.has(target) ? removed : listed).set(target, mark);
  const marked = manifest.marked(listed, removed);
  const counts = { owed: 0, awaiting: 0 };
  for (const mark of open.values()) counts[mark === "sent" ? "awaiting" : "owed"]++;
  return {
    type,
    source,
    ...(hash === undefined ? {} : { hash }),
    manifest: hashNamesTargets && open.size === 0 ? "" : packManifest(marked, hash),
    ...counts,
    ...(plan.earlier.length === 0 ? {} : { earlier: [...plan.earlier] }),
  };
}
