/** The inputs and outputs that every trigger has, on every cloud. */
import * as z from "zod";
import { Archive, Asset } from "../engine/define/index.ts";
import { ledgerSchema, owedSchema, taskSchema, triggerStatuses } from "../triggers/receipts.ts";

/** The inputs of every trigger, beside its vendor's own. */
export const triggerInputs = {
  targets: z.array(z.string()).optional().meta({
    description:
      "What to send, in the vendor's format for `type`. All of them are sent when `contentHash` or `content` changes; a change of the list alone sends nothing.",
  }),
  contentHash: z.string().min(1, "must not be empty").optional().meta({
    description:
      "Fires when it changes: then all `targets` are sent. Any text that changes with the content will do: a digest, a version, a commit. One of `contentHash`, `content` and `contents` is required.",
  }),
  content: z
    .union([z.instanceof(Asset), z.instanceof(Archive)])
    .optional()
    .meta({
      description:
        'Instead of `contentHash`: a file or folder (such as `FileArchive("./dist")`) whose own hash is the trigger.',
      pulumi: { $ref: "pulumi.json#/Asset" },
    }),
  contents: z
    .union([z.record(z.string(), z.string()), z.instanceof(Asset)])
    .optional()
    .meta({
      description:
        "Instead of `targets` with a hash: a map target → hash of its content, or a file asset with that map as JSON. Only what changed is sent.",
      pulumi: { oneOf: [{ type: "object", additionalProperties: { type: "string" } }, { $ref: "pulumi.json#/Asset" }] },
    }),
  wait: z.boolean().default(true).meta({
    description:
      "Wait until the cloud says that the tasks are final. Bounded by `customTimeouts` (default 30 minutes); a run that ends early is resumed by the next, without sending again.",
  }),
  failurePolicy: z
    .enum(["fail", "warn"])
    .default("fail")
    .meta({
      description: "What targets that could not be done mean for the update.",
      type: "index:FailurePolicy",
      values: {
        fail: "The update fails, and the next `pulumi up` sends what is owed.",
        warn: "Each is shown as a warning and the update goes on.",
      },
    }),
} as const;

export const purgeInputs = {
  ...triggerInputs,
  onCreate: z
    .enum(["purge", "skip"])
    .default("purge")
    .meta({
      description: "What a new trigger does.",
      type: "index:OnCreate",
      values: {
        purge: "Sends everything, since what the edge holds is unknown.",
        skip: "Only records; the first change fires.",
      },
    }),
  purgeAdded: z.boolean().default(false).meta({
    description: "With `contents`: purge new targets too. They may have been cached as 404 before they existed.",
  }),
} as const;

export const prefetchInputs = {
  ...triggerInputs,
  onCreate: z
    .enum(["prefetch", "skip"])
    .default("prefetch")
    .meta({
      description: "What a new trigger does.",
      type: "index:OnCreatePrefetch",
      values: { prefetch: "Sends everything.", skip: "Only records; the first change fires." },
    }),
} as const;

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
  tasks: z.array(taskSchema).meta({ description: "Receipts of the last run's calls." }),
  owed: z.array(owedSchema).meta({ description: "What the next `pulumi up` sends." }),
  ledger: ledgerSchema.meta({ description: "What the last run dealt with, packed; for the provider's own use." }),
} as const;

export const purgeOutputs = {
  ...receiptOutputs,
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
  uploadCount: z
    .number()
    .int()
    .meta({ description: "How many runs have uploaded something since the trigger was made." }),
  lastUploadedAt: z.string().optional().meta({ description: "When the last of them was (RFC 3339, UTC)." }),
} as const;

type Outputs<S extends Readonly<Record<string, z.ZodType>>> = z.output<z.ZodObject<{ [K in keyof S]: S[K] }>>;
export type CommonInputs = Outputs<typeof triggerInputs> & {
  readonly onCreate: "purge" | "prefetch" | "skip";
  readonly purgeAdded?: boolean;
};
export type PurgeState = Outputs<typeof purgeOutputs>;
export type PrefetchState = Outputs<typeof prefetchOutputs>;
export type UploadState = Outputs<typeof uploadOutputs>;
