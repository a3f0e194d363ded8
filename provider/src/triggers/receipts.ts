/**
 * What a trigger keeps in state: the receipts of its last run, what it still
 * owes, and a packed ledger of what it has dealt with. The state is the
 * record; the vendor forgets tasks after days and that changes nothing here.
 */
import * as z from "zod";
import { Manifest } from "./manifest.ts";

export const taskStatuses = ["submitted", "complete", "partial", "failed", "unknown"] as const;
export type TaskStatus = (typeof taskStatuses)[number];

export const triggerStatuses = ["complete", "submitted", "partial", "skipped", "failed"] as const;
export type TriggerStatus = (typeof triggerStatuses)[number];

export const failureSchema = z
  .object({
    target: z.string().meta({ description: "The target in the vendor's format." }),
    code: z.string().meta({ description: "The vendor's code, or what this provider calls the case." }),
    reason: z.string().meta({ description: "The vendor's text." }),
  })
  .meta({ type: "index:TargetFailure", description: "One target that failed." });

export const taskSchema = z
  .object({
    taskId: z
      .string()
      .meta({ description: "The vendor's id of the task. Several ids are separated by commas, as the vendor does." }),
    requestId: z
      .string()
      .meta({ description: "The vendor's id of the request that made the task; name it in support tickets." }),
    type: z.string().meta({ description: "The vendor's type of the targets." }),
    targetCount: z.number().int().meta({ description: "How many of this trigger's targets the task carries." }),
    status: z.enum(taskStatuses).meta({
      type: "index:TaskStatus",
      description: "What became of the task.",
      values: {
        submitted: "Accepted by the cloud; the end was not waited for or not seen.",
        complete: "Every target is done.",
        partial: "Some targets failed; see `failures`.",
        failed: "Every target failed.",
        unknown: "The vendor does not list the task (any more); it is taken as done.",
      },
    }),
    submittedAt: z.string().meta({ description: "When the cloud accepted the task (RFC 3339, UTC)." }),
    completedAt: z
      .string()
      .optional()
      .meta({ description: "When this provider saw that the task was final (RFC 3339, UTC)." }),
    failures: z.array(failureSchema).meta({ description: "Targets of the task that the vendor reports as failed." }),
  })
  .meta({
    type: "index:TaskReceipt",
    description: "The receipt of one call: what the cloud accepted and what became of it.",
  });

export const owedSchema = z
  .object({
    target: z.string().meta({ description: "The target in the vendor's format." }),
    code: z.string().meta({ description: "Why it is owed: the vendor's code, or `NotSent`, `AnswerLost`." }),
    reason: z.string().meta({ description: "The vendor's text, or what happened." }),
    sentAt: z.string().optional().meta({
      description: "Set when a call was sent and no answer came: the next run looks it up before it sends again.",
    }),
  })
  .meta({ type: "index:OwedTarget", description: "One target that the next `pulumi up` sends." });

export const ledgerSchema = z
  .object({
    type: z.string().meta({ description: "The type of the targets." }),
    hash: z.string().optional().meta({ description: "The hash that was dealt with last." }),
    manifest: z.string().optional().meta({ description: "Every target of `contents` with a digest, packed." }),
    owed: z.string().optional().meta({ description: "Targets owed beyond those in `owed`, packed." }),
    awaiting: z.string().optional().meta({ description: "Targets in tasks that were not final yet, packed." }),
  })
  .meta({
    type: "index:TriggerLedger",
    description: "What the last run dealt with, packed; for the provider's own use.",
  });

export type Failure = z.output<typeof failureSchema>;
export type TaskReceipt = z.output<typeof taskSchema>;
export type Owed = z.output<typeof owedSchema>;
export type Ledger = z.output<typeof ledgerSchema>;

/** A run's outcome, in words that fit every kind of trigger. */
export interface Receipts {
  readonly status: TriggerStatus;
  /** Runs in which the cloud accepted something, since the trigger was made. */
  readonly count: number;
  readonly lastAt: string | undefined;
  readonly tasks: readonly TaskReceipt[];
  readonly owed: readonly Owed[];
  readonly ledger: Ledger;
}

export function timestamp(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+Z$/, "Z");
}

export function isFinal(task: TaskReceipt): boolean {
  return task.status !== "submitted";
}

/** More debts than these are kept packed: a state must stay usable whatever went wrong. */
export const mostListed = 1000;

/** Everything owed, also what was packed. */
export function allOwed({ owed, ledger }: Pick<Receipts, "owed" | "ledger">): readonly Owed[] {
  if (ledger.owed === undefined) return owed;
  const more = Array.from(Manifest.unpack(ledger.owed).names(), (target) => ({
    target,
    code: "Owed",
    reason: "owed together with many others, whose reasons are in `owed`",
  }));
  return [...owed, ...more];
}

/** What of it is listed, and what packed. A call without an answer must be looked up, so it is always listed. */
export function shelved(owed: readonly Owed[]): {
  readonly listed: readonly Owed[];
  readonly packed: string | undefined;
} {
  if (owed.length <= mostListed) return { listed: owed, packed: undefined };
  const lost = owed.filter(({ sentAt }) => sentAt !== undefined);
  const others = owed.filter(({ sentAt }) => sentAt === undefined);
  const listed = others.slice(0, mostListed);
  const rest = others.slice(mostListed).map(({ target }) => target);
  return { listed: [...lost, ...listed], packed: rest.length === 0 ? undefined : Manifest.ofNames(rest).pack() };
}
