/**
 * Faults: what goes wrong, for which calls, how often. The front applies those that concern the wire; services ask
 * a call's faults about its targets and tasks.
 */
import * as z from "zod";

/** What a timer can wait. */
const MOST_DELAY = 2 ** 31 - 1;
const status = z.int().min(200).max(599);

const when = {
  service: z.string().optional(),
  action: z.string().optional(),
  /** Only calls with a parameter that contains this text; for `failTarget`, the targets that contain it. */
  target: z.string().optional(),
  /** How many matching calls it hits; absent: all. */
  count: z.int().positive().optional(),
  /** How many matching calls pass before the first hit. */
  after: z.int().nonnegative().default(0),
  probability: z.number().min(0).max(1).default(1),
};

export const faultSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("badGateway"), ...when }).describe("A proxy answers 502 with HTML; nothing ran."),
  z.strictObject({ kind: z.literal("emptyError"), ...when }).describe("500 without a body; nothing ran."),
  z.strictObject({ kind: z.literal("resetBefore"), ...when }).describe("The connection is cut before the call ran."),
  z
    .strictObject({ kind: z.literal("resetAfter"), ...when })
    .describe("The call runs, then the connection is cut: the answer is lost."),
  z
    .strictObject({ kind: z.literal("slow"), delayMs: z.int().positive().max(MOST_DELAY), ...when })
    .describe("The call runs; its answer comes this many milliseconds later."),
  z
    .strictObject({
      kind: z.literal("throttle"),
      retryAfterMs: z.int().nonnegative().optional(),
      status: status.optional(),
      code: z.string().optional(),
      ...when,
    })
    .describe("The service's own throttling, with or without a hint when to come back."),
  z
    .strictObject({
      kind: z.literal("error"),
      /** Status and message of a documented code need not be said. */
      code: z.string(),
      status: status.optional(),
      message: z.string().optional(),
      ...when,
    })
    .describe("Any error; a documented code brings its status and text."),
  z
    .strictObject({ kind: z.literal("quotaExhausted"), ...when })
    .describe("The service's own error for a used-up daily quota."),
  z
    .strictObject({ kind: z.literal("permissionDenied"), ...when })
    .describe("The service's own error for a key that may not do this."),
  z
    .strictObject({ kind: z.literal("lockFailed"), ...when })
    .describe("The service's own error for a configuration that another writer holds."),
  z
    .strictObject({ kind: z.literal("truncatedJson"), ...when })
    .describe("The call runs; its answer is cut in the middle."),
  z
    .strictObject({
      kind: z.literal("failTarget"),
      as: z.enum(["row", "failedList"]).default("row"),
      reason: z.string().optional(),
      failType: z.string().nullable().optional(),
      /** TEO: the row's status, `timeout` or `canceled` instead of `failed`. */
      status: z.string().optional(),
      ...when,
    })
    .describe(
      "Targets with this text fail: in their row of the task, or refused in FailedList. They stay in the caches.",
    ),
  z
    .strictObject({ kind: z.literal("nullFailedList"), ...when })
    .describe("EdgeOne answers FailedList null instead of an empty list."),
  z.strictObject({ kind: z.literal("taskStuck"), ...when }).describe("The task is accepted and never ends."),
  z
    .strictObject({ kind: z.literal("numericTaskId"), ...when })
    .describe("ESA answers the task id as a number instead of a text."),
]);

export type FaultSeed = z.input<typeof faultSchema>;
export type Fault = z.output<typeof faultSchema>;
export type FaultKind = Fault["kind"];
export type FaultOf<Kind extends FaultKind> = Extract<Fault, { kind: Kind }>;

/** The faults that hit one call. */
export class CallFaults {
  readonly #hits: readonly Fault[];

  constructor(hits: readonly Fault[]) {
    this.#hits = hits;
  }

  get kinds(): readonly FaultKind[] {
    return this.#hits.map((fault) => fault.kind);
  }

  find<Kind extends FaultKind>(kind: Kind): FaultOf<Kind> | undefined {
    return this.#hits.find((fault): fault is FaultOf<Kind> => fault.kind === kind);
  }

  has(kind: FaultKind): boolean {
    return this.#hits.some((fault) => fault.kind === kind);
  }

  /** The fault that makes this target fail in the given way. */
  failing(target: string, as: "row" | "failedList"): FaultOf<"failTarget"> | undefined {
    return this.#hits.find(
      (fault): fault is FaultOf<"failTarget"> =>
        fault.kind === "failTarget" && fault.as === as && (fault.target === undefined || target.includes(fault.target)),
    );
  }
}
