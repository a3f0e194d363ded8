/** The inputs that every trigger has, on every cloud. */
import * as z from "zod";
import { Archive, Asset } from "../engine/define/index.ts";
import { awaitOrigin, verifyEdge, type AwaitOrigin, type VerifyEdge } from "../probe/inputs.ts";
import { budgetInputs } from "./budget-inputs.ts";
import { hostInputs } from "./hosts.ts";

/** The inputs of every trigger, beside its vendor's own. */
export const triggerInputs = {
  targets: z.array(z.string()).optional().meta({
    // By the rules of their type.
    anyText: true,
    description:
      "What to send, in the vendor's format for `type`. All of them are sent when `contentHash` or `content` changes; one that is added or corrected is sent by itself; order sends nothing.",
  }),
  contentHash: z.string().min(1, "must not be empty").optional().meta({
    fingerprint: true,
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
      fingerprint: true,
      description:
        "Instead of `targets` with a hash: a map target → hash of its content, or a file asset with that map as JSON. Only what changed is sent.",
      pulumi: { oneOf: [{ type: "object", additionalProperties: { type: "string" } }, { $ref: "pulumi.json#/Asset" }] },
    }),
  wait: z.boolean().default(true).meta({
    description:
      "Wait until the cloud says that the tasks are final. Bounded by `customTimeouts` (default 30 minutes, 60 for prefetches and uploads); a run that ends early is resumed by the next, without sending again.",
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
  awaitOrigin: awaitOrigin.optional(),
} as const;

/** The inputs that targets come from. Clouds spell targets in ways of their own: all that names one is as secret as these. */
export const targetInputs: readonly string[] = ["targets", "contents", "hosts", "cacheKeys", "file", "url"];

export const uploadInputs = {
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
  verifyEdge: verifyEdge.optional(),
  onRollback: z
    .enum(["warn", "force"])
    .optional()
    .meta({
      description:
        "What a rollback means for types that only mark copies stale: content that was here before comes back, and an origin that answers `If-Modified-Since` by date then keeps the newer copy. Default `warn`.",
      type: "index:OnRollback",
      values: { warn: "A warning says so.", force: "The copies are deleted instead of marked stale." },
    }),
  rollback: z.boolean().optional().meta({
    description:
      "This content is older than what was here, though it was never here before, as after restoring a backup: treat the change as a rollback.",
  }),
} as const;

export const purgeInputs = { ...uploadInputs, ...hostInputs, ...budgetInputs } as const;

export const prefetchInputs = {
  ...triggerInputs,
  ...hostInputs,
  onCreate: z
    .enum(["prefetch", "skip"])
    .default("prefetch")
    .meta({
      description: "What a new trigger does.",
      type: "index:OnCreatePrefetch",
      values: { prefetch: "Sends everything.", skip: "Only records; the first change fires." },
    }),
} as const;

/**
 * What every trigger reads of its inputs, which have been parsed already: a
 * map of 100,000 targets is not gone through once more.
 */
const parsedMap = z.custom<Readonly<Record<string, string>>>((value) => typeof value === "object" && value !== null);
const parsedObject = <T extends object>() => z.custom<T>((value) => typeof value === "object" && value !== null);
const parsedList = z.custom<readonly string[]>((value) => Array.isArray(value));
export const commonShape = {
  targets: parsedList.optional(),
  contentHash: z.string().optional(),
  content: z.union([z.instanceof(Asset), z.instanceof(Archive)]).optional(),
  contents: z.union([z.instanceof(Asset), parsedMap]).optional(),
  wait: z.boolean(),
  failurePolicy: z.enum(["fail", "warn"]),
  onCreate: z.enum(["purge", "prefetch", "skip"]),
  purgeAdded: z.boolean().optional(),
  awaitOrigin: parsedObject<AwaitOrigin>().optional(),
  verifyEdge: parsedObject<VerifyEdge>().optional(),
  onRollback: z.enum(["warn", "force"]).optional(),
  rollback: z.boolean().optional(),
  hosts: parsedList.optional(),
  ...budgetInputs,
} as const;
export const commonNames: readonly string[] = Object.keys(commonShape);
export const commonInputs = z.object(commonShape);
export type CommonInputs = z.output<typeof commonInputs>;
