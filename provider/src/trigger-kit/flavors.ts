/** What purges, prefetches and uploads keep in state: the same receipts, under names of their own. */
import * as z from "zod";
import type { Of, Shape } from "../engine/define/index.ts";
import { triggerStatuses, type Owed, type Proof, type Receipts, type TaskReceipt } from "../triggers/receipts.ts";
import type { Summary } from "../triggers/summary.ts";
import { summarySchema } from "./plan-output.ts";
import { ledgerSchema, owedSchema, proofSchema, taskSchema } from "./receipt-outputs.ts";
import { prefetchInputs, purgeInputs, targetInputs, uploadInputs } from "./shared-inputs.ts";

const minute = 60;

/** The outputs of a trigger of any kind, in the words of receipts. */
export interface Flavor<I extends Shape, O extends Shape> {
  readonly verb: "purge" | "prefetch" | "send";
  /** Seconds that a run may take unless `customTimeouts` says otherwise. */
  readonly timeout: number;
  readonly inputs: I;
  readonly outputs: O;
  toOutputs(receipts: Receipts, plan: Summary): Of<O>;
  /** The outputs that a preview can tell. */
  toPreview(plan: Summary): Partial<Of<O>>;
  toReceipts(outputs: Of<O>): Receipts;
}

/** The outputs of every trigger: the receipts of its last run. */
const receiptOutputs = {
  status: z.enum(triggerStatuses).meta({
    description: "What became of the last run.",
    type: "index:TriggerStatus",
    values: {
      complete: "Every target is done.",
      submitted: "Accepted by the cloud; the end was not waited for or not seen.",
      partial: "Some targets are owed.",
      skipped: 'Nothing was sent so far (`onCreate: "skip"`).',
      failed: "No target was done; all are owed.",
    },
  }),
  tasks: z.array(taskSchema).meta({ description: "Receipts of the last run's calls.", secretWith: targetInputs }),
  owed: z.array(owedSchema).meta({
    description: "What the next `pulumi up` sends, and why; 1,000 at most are listed.",
    secretWith: targetInputs,
  }),
  ledger: ledgerSchema.meta({
    description: "For which targets the statement is true, packed; for the provider's own use.",
  }),
  plan: summarySchema.optional().meta({
    description:
      "In a preview what this run will send, for policies and scripts; afterwards what the last run sent. Absent in state of releases that did not record it.",
  }),
} as const;

const provenOutput = {
  proven: z.array(proofSchema).optional().meta({
    description: "What `verifyEdge` saw fresh at the edge after the last run; 1,000 visits at most are listed.",
    secretWith: targetInputs,
  }),
} as const;

export const purgeOutputs = {
  ...receiptOutputs,
  ...provenOutput,
  purgeCount: z.number().int().meta({ description: "How many runs have purged something since the trigger was made." }),
  lastPurgedAt: z.string().optional().meta({ description: "When the last of them was (RFC 3339, UTC)." }),
} as const;

export const prefetchOutputs = {
  ...receiptOutputs,
  prefetchCount: z
    .number()
    .int()
    .meta({ description: "How many runs have prefetched something since the trigger was made." }),
  lastPrefetchedAt: z.string().optional().meta({ description: "When the last of them was (RFC 3339, UTC)." }),
} as const;

export const uploadOutputs = {
  ...receiptOutputs,
  ...provenOutput,
  uploadCount: z
    .number()
    .int()
    .meta({ description: "How many runs have uploaded something since the trigger was made." }),
  lastUploadedAt: z.string().optional().meta({ description: "When the last of them was (RFC 3339, UTC)." }),
} as const;

type Kept = Pick<Receipts, "status"> & {
  readonly tasks: TaskReceipt[];
  readonly owed: Owed[];
  readonly ledger: Receipts["ledger"];
  readonly plan: Summary;
};

function kept({ status, tasks, owed, ledger }: Receipts, plan: Summary): Kept {
  return { status, tasks: [...tasks], owed: [...owed], ledger, plan };
}

function seen({ proven }: Receipts): { readonly proven?: Proof[] } {
  return proven === undefined ? {} : { proven: [...proven] };
}

export const purgeFlavor: Flavor<typeof purgeInputs, typeof purgeOutputs> = {
  verb: "purge",
  timeout: 30 * minute,
  inputs: purgeInputs,
  outputs: purgeOutputs,
  toOutputs: (receipts, plan) => ({
    ...kept(receipts, plan),
    ...seen(receipts),
    purgeCount: receipts.count,
    lastPurgedAt: receipts.lastAt,
  }),
  toPreview: (plan) => ({ plan }),
  toReceipts: ({ purgeCount, lastPurgedAt, plan: _plan, ...rest }) => ({
    ...rest,
    count: purgeCount,
    lastAt: lastPurgedAt,
  }),
};

export const prefetchFlavor: Flavor<typeof prefetchInputs, typeof prefetchOutputs> = {
  verb: "prefetch",
  // "5 to 30 minutes", say ESA, CDN and DCDN of prefetches: the slowest must fit.
  timeout: 60 * minute,
  inputs: prefetchInputs,
  outputs: prefetchOutputs,
  toOutputs: (receipts, plan) => ({
    ...kept(receipts, plan),
    prefetchCount: receipts.count,
    lastPrefetchedAt: receipts.lastAt,
  }),
  toPreview: (plan) => ({ plan }),
  toReceipts: ({ prefetchCount, lastPrefetchedAt, plan: _plan, ...rest }) => ({
    ...rest,
    count: prefetchCount,
    lastAt: lastPrefetchedAt,
  }),
};

export const uploadFlavor: Flavor<typeof uploadInputs, typeof uploadOutputs> = {
  verb: "send",
  // Prefetches among them.
  timeout: 60 * minute,
  inputs: uploadInputs,
  outputs: uploadOutputs,
  toOutputs: (receipts, plan) => ({
    ...kept(receipts, plan),
    ...seen(receipts),
    uploadCount: receipts.count,
    lastUploadedAt: receipts.lastAt,
  }),
  toPreview: (plan) => ({ plan }),
  toReceipts: ({ uploadCount, lastUploadedAt, plan: _plan, ...rest }) => ({
    ...rest,
    count: uploadCount,
    lastAt: lastUploadedAt,
  }),
};
