/** What a trigger keeps in state, as programs see it: the shapes of receipts. */
import * as z from "zod";
import {
  fallbackWords,
  taskStatuses,
  type Failure,
  type Ledger,
  type Owed,
  type Proof,
  type TaskReceipt,
} from "../triggers/receipts.ts";

const requestId = z.string().meta({
  open: true,
  description: "The vendor's id of the request; name it in support tickets. Empty where none came back.",
});

const failureSchema = z
  .object({
    target: z.string().meta({ description: "The target in the vendor's format." }),
    code: z.string().meta({ open: true, description: "The vendor's code, or what this provider calls the case." }),
    reason: z.string().meta({ open: true, description: "The vendor's text." }),
  })
  .meta({ type: "index:TargetFailure", description: "One target that failed." }) satisfies z.ZodType<Failure>;

export const taskSchema = z
  .object({
    taskIds: z.array(z.string()).meta({
      open: true,
      description: "The vendor's ids of the tasks that the call made: one, or several where it has several hosts.",
    }),
    requestId,
    via: z.enum(["call", "upload"]).meta({
      type: "index:Via",
      description: "How the targets travelled.",
      values: { call: "In the call itself.", upload: "In a file that was uploaded." },
    }),
    type: z.string().meta({ open: true, description: "The vendor's type of the targets." }),
    targetCount: z.number().int().meta({ description: "How many of this trigger's targets the task carries." }),
    status: z.enum(taskStatuses).meta({
      type: "index:TaskStatus",
      description: "What became of the task.",
      values: {
        submitted: "Accepted by the cloud; the end was not waited for or not seen.",
        complete: "Every target is done.",
        partial: "Some targets failed; see `failures`.",
        failed: "Every target failed.",
        unverified: "Over by the time that the vendor documents; its lists do not show such tasks.",
      },
    }),
    submittedAt: z
      .string()
      .meta({ open: true, description: "When the call was sent, in the cloud's clock (RFC 3339, UTC)." }),
    completedAt: z
      .string()
      .optional()
      .meta({ open: true, description: "When this provider saw that the task was final (RFC 3339, UTC)." }),
    failures: z.array(failureSchema).meta({ description: "Targets of the task that the vendor reports as failed." }),
    sentAgain: z.string().optional().meta({
      open: true,
      description:
        "Set when an earlier try of this call may have been carried out too: why that could not be looked up.",
    }),
    instead: z
      .object({
        fallback: z.enum(fallbackWords).meta({ description: "By what: `directory`, `hostname`, `all` or `tag`." }),
        targets: z.array(z.string()).meta({ description: "What was sent: the directories, host names or the tag." }),
      })
      .optional()
      .meta({ type: "index:Instead", description: "Set when a coarser purge was sent in place of the targets." }),
  })
  .meta({
    type: "index:TaskReceipt",
    description: "The receipt of one call: what the cloud accepted and what became of it.",
  }) satisfies z.ZodType<TaskReceipt>;

export const proofSchema = z
  .object({
    url: z.string().meta({ description: "What was visited." }),
    node: z.string().optional().meta({ description: "The address of the edge node that answered." }),
    shownBy: z
      .string()
      .meta({ open: true, description: "What showed that the copy is not older: `SHA-256 …`, a header, `Age`." }),
    age: z.number().int().optional().meta({ description: "The copy's `Age` in seconds, where the node tells it." }),
    at: z.string().meta({ open: true, description: "When it was visited (RFC 3339, UTC)." }),
  })
  .meta({
    type: "index:EdgeProof",
    description: "One visit at the edge that met no older copy.",
  }) satisfies z.ZodType<Proof>;

export const owedSchema = z
  .object({
    target: z.string().meta({ description: "The target in the vendor's format; `all` where a type takes none." }),
    code: z.string().meta({
      open: true,
      description: "Why it is owed: the vendor's code, or `NotSent`, `AnswerLost`, `OriginNotReady`, `StaleAtEdge`.",
    }),
    reason: z.string().meta({ open: true, description: "The vendor's text, or what happened." }),
    requestId: requestId.optional(),
    sentAt: z.string().optional().meta({
      open: true,
      description:
        "Set when a call was sent and no answer came: the next run looks it up before it sends again. In the cloud's clock.",
    }),
    ownClock: z.literal(true).optional().meta({
      description: "Set when no answer had told the cloud's clock by then: `sentAt` is by that of the machine.",
    }),
    reference: z
      .string()
      .optional()
      .meta({ open: true, description: "The name of that call, where it can be found by one." }),
  })
  .meta({
    type: "index:OwedTarget",
    description: "One target that the next `pulumi up` sends, and why.",
  }) satisfies z.ZodType<Owed>;

/** What a hash is made from; see `secretWith` in a property's description. */
const hashInputs = ["contentHash", "content", "file"];

export const ledgerSchema = z
  .object({
    type: z.string().meta({ description: "The type of the targets." }),
    source: z.enum(["targets", "contents"]).meta({
      type: "index:LedgerSource",
      description: "How the program lists its targets.",
      values: { targets: "By `targets`, all with one hash.", contents: "By `contents`, each with its own." },
    }),
    hash: z
      .string()
      .optional()
      .meta({ description: "The hash that was dealt with last, of `targets`.", secretWith: hashInputs }),
    manifest: z.string().meta({
      description: "Every target with what is known of it, packed; empty where the hash says it all.",
      secretWith: [...hashInputs, "targets", "contents", "hosts", "cacheKeys", "url"],
    }),
    owed: z.number().int().meta({ description: "How many targets are owed." }),
    awaiting: z.number().int().meta({ description: "How many are in tasks whose end was not seen." }),
    earlier: z
      .array(z.string())
      .optional()
      .meta({
        description: "Digests of content that was here before; 64 at most. What comes back is a rollback.",
        secretWith: [...hashInputs, "contents"],
      }),
    tookMs: z
      .array(z.number().int())
      .optional()
      .meta({ description: "Milliseconds that the last tasks took, the newest first: when the next are looked at." }),
  })
  .meta({
    type: "index:TriggerLedger",
    description: "For which targets the statement is true, packed; for the provider's own use.",
  }) satisfies z.ZodType<Ledger>;
