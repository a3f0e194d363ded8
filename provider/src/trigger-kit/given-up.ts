/**
 * Deleting a trigger sends nothing, so what its state alone knows to be old at the edge is given up: what is owed, and
 * after `--replace` what the replacement, which begins with no state, does not send. It is named.
 */
import { Slot, type World } from "../core/context.ts";
import type { Operation } from "../engine/define/index.ts";
import { unpackManifest } from "../triggers/manifest/pack.ts";
import { leavingContents, type Plan } from "../triggers/plan.ts";
import type { Receipts } from "../triggers/receipts.ts";
import { some, things } from "./describe/words.ts";
import { areTargetsSecret, hideTargets } from "./secret-targets.ts";

/** A trigger that this run made. */
interface Made {
  readonly id: string;
  /** Site, zone or account: triggers of another place replace nothing here. */
  readonly place: string;
  readonly plan: Plan;
}

const slot = new Slot<Map<string, Made>>("triggers made");

function madeIn(context: World): Map<string, Made> {
  return context.share(slot, () => new Map<string, Made>());
}

export function noteMade(made: Made, urn: string, context: World): void {
  madeIn(context).set(urn, made);
}

export interface Deleted {
  readonly id: string;
  readonly place: string;
  readonly receipts: Receipts;
  readonly purges: boolean;
  /** As its program gave them. */
  readonly hosts: readonly string[] | undefined;
}

export function deleteTrigger(deleted: Deleted, operation: Operation, context: World): Promise<void> {
  const made = madeIn(context).get(operation.urn);
  const instead = made !== undefined && made.id !== deleted.id && made.place === deleted.place ? made.plan : undefined;
  const names = instead === undefined ? owedOf(deleted.receipts) : leftBy(instead, deleted);
  if (names.length === 0) return Promise.resolve();
  if (areTargetsSecret(operation)) hideTargets(names, operation, deleted.hosts);
  const why =
    instead === undefined
      ? "still owed and now given up"
      : "left undone, since what replaces a trigger begins without its state";
  operation.log.warn(
    `${things(names.length, "target")} ${why}: ${some(names)}. The edge may go on serving old copies of ${names.length === 1 ? "it" : "them"}.`,
  );
  return Promise.resolve();
}

function owedOf({ ledger }: Receipts): readonly string[] {
  if (ledger.owed === 0 || ledger.manifest === "") return [];
  const manifest = unpackManifest(ledger.manifest, ledger.hash);
  return [...manifest.withMark("owed"), ...manifest.withMark("lost")];
}

/** What an update would have sent, and the replacement has not. */
function leftBy({ statement, skipped }: Plan, { receipts, purges }: Deleted): readonly string[] {
  const { ledger } = receipts;
  if (ledger.manifest === "") return [];
  const recorded = unpackManifest(ledger.manifest, ledger.hash);
  if (ledger.type !== statement.type) {
    const left = purges ? leavingContents(ledger, recorded, statement) : [];
    return [...new Set([...owedOf(receipts), ...left])];
  }
  const { changed, removed, open, openRemoved } = recorded.compare(statement.manifest);
  const gone = ledger.source === "contents" && statement.source === "contents" && purges ? removed : [];
  return [
    ...gone,
    ...openRemoved.owed,
    ...openRemoved.lost,
    ...(skipped ? [...changed, ...open.owed, ...open.lost] : []),
  ];
}
