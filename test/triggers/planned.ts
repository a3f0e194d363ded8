/** What a program wants, and the state after a run, for tests of plans. */
import { Manifest, type OpenMark } from "../../provider/src/triggers/manifest/manifest.ts";
import {
  planPurge,
  toLedger,
  type Desired,
  type Plan,
  type Reason,
  type Statement,
} from "../../provider/src/triggers/plan.ts";
import type { Receipts, TaskReceipt } from "../../provider/src/triggers/receipts.ts";

export const targets = ["a", "b", "c"];
export const sentAt = "2026-11-22T00:00:00.000Z";

export function wanted(statement: Statement, more: Partial<Desired> = {}): Desired {
  return { statement, sendAdded: false, sendRemoved: true, onCreate: "send", wait: true, listedSince: 0, ...more };
}
export function hash(text: string, list: readonly string[] = targets, type = "file"): Statement {
  return { type, source: "targets", hash: text, manifest: Manifest.ofTargets(list, text) };
}
export function contents(map: Readonly<Record<string, string>>, type = "file"): Statement {
  return { type, source: "contents", manifest: Manifest.of(Object.entries(map)) };
}

/** The state after a run of this plan in which everything went well but for what is left open. */
export function after(plan: Plan, open: Readonly<Record<string, OpenMark>> = {}): Receipts {
  const marks = new Map(Object.entries(open));
  const owed = [...marks].filter(([, mark]) => mark !== "sent");
  const task: TaskReceipt = {
    taskIds: ["t1"],
    requestId: "r1",
    via: "call",
    type: "file",
    targetCount: 1,
    status: "submitted",
    submittedAt: sentAt,
    failures: [],
  };
  return {
    status: "complete",
    count: 1,
    lastAt: undefined,
    tasks: [...marks.values()].includes("sent") ? [task] : [],
    owed: owed.map(([target, mark]) => ({
      target,
      code: "X",
      reason: "x",
      ...(mark === "lost" ? { sentAt, reference: "ref" } : {}),
    })),
    ledger: toLedger(plan, marks),
  };
}
export function done(desired: Desired, open: Readonly<Record<string, OpenMark>> = {}): Receipts {
  return after(planPurge(undefined, desired), open);
}
export const sends = (plan: Plan): Record<string, Reason> => Object.fromEntries(plan.send);
