/** The lives of one trigger, as plain data: random programs, edits, faults, kills, refreshes and rollbacks. */
import type { FaultSeed } from "edgecache-emulator";
import fc from "fast-check";
import { subjects, url, type Subject } from "../../reliability/subjects.ts";

export const pages = ["p0", "p1", "p2", "p3"] as const;
export type Page = (typeof pages)[number];

export interface Program {
  readonly mode: "hash" | "contents";
  readonly listed: readonly Page[];
  readonly versions: Readonly<Record<Page, number>>;
  readonly purgeAdded: boolean;
  readonly wait: boolean;
  readonly failurePolicy: "fail" | "warn";
  readonly onCreate: "purge" | "skip";
}

export interface Disaster {
  readonly faults: readonly FaultSeed[];
  /** The cloud takes longer than the update may. */
  readonly late: boolean;
  /** When the request with this number leaves the plugin. */
  readonly end?: { readonly by: "kill" | "cancel"; readonly at: number; readonly arrives: boolean } | undefined;
}

export type Step =
  | { readonly do: "edit"; readonly change: Partial<Omit<Program, "versions">>; readonly bump: readonly Page[] }
  | { readonly do: "rollback"; readonly to: number }
  | { readonly do: "visit"; readonly pages: readonly Page[] }
  | { readonly do: "up"; readonly disaster: Disaster }
  | { readonly do: "preview" | "refresh" | "destroy" }
  | { readonly do: "wait"; readonly ms: number };

export interface Life {
  readonly subject: Subject;
  readonly listingDelayMs: number;
  readonly onCreate: "purge" | "skip";
  /** Pages that are listed beside those that the life is about, and never change. */
  readonly besides: number;
  readonly steps: readonly Step[];
}

const somePages = fc.subarray([...pages], { minLength: 1 });

function faultsOf(subject: Subject): fc.Arbitrary<FaultSeed> {
  const action = fc.constantFrom(subject.submit, subject.poll, subject.lookUp ?? subject.poll);
  const count = fc.integer({ min: 1, max: 3 });
  const page = fc.constantFrom(...pages);
  return fc.oneof(
    fc.record({
      kind: fc.constantFrom(
        "badGateway",
        "emptyError",
        "resetBefore",
        "resetAfter",
        "truncatedJson",
        "throttle",
        "lockFailed",
        "permissionDenied",
      ),
      action,
      count,
    }),
    fc.record({ kind: fc.constant("resetAfter"), action: fc.constant(subject.submit), count }),
    fc.record({ kind: fc.constant("quotaExhausted"), action: fc.constant(subject.submit), count }),
    fc.record({ kind: fc.constant("error"), action, count, code: fc.constantFrom("InternalError", "Surprise.Party") }),
    fc.record({
      kind: fc.constant("failTarget"),
      target: page.map((name) => url(subject, name)),
      as: subject.failedList ? fc.constantFrom("row", "failedList") : fc.constant("row"),
      count,
    }),
  ) as fc.Arbitrary<FaultSeed>;
}

export interface Tastes {
  readonly steps: number;
  /** Whatever takes long on a real clock is left out. */
  readonly quick?: boolean;
}

export function lives({ steps, quick = false }: Tastes): fc.Arbitrary<Life> {
  return fc.constantFrom(...subjects).chain((subject) => {
    const end = fc.record({
      by: fc.constantFrom("kill" as const, "cancel" as const),
      at: fc.integer({ min: 1, max: quick ? 3 : 6 }),
      arrives: fc.boolean(),
    });
    const disaster: fc.Arbitrary<Disaster> = fc.record({
      faults: fc.array(faultsOf(subject), { maxLength: 2 }),
      late: quick ? fc.constant(false) : fc.boolean().chain((late) => (late ? fc.boolean() : fc.constant(false))),
      end: fc.option(end, { nil: undefined, freq: quick ? 4 : 2 }),
    });
    const change = fc.record(
      {
        mode: fc.constantFrom("hash" as const, "contents" as const),
        listed: somePages,
        purgeAdded: fc.boolean(),
        wait: fc.boolean(),
        failurePolicy: fc.constantFrom("fail" as const, "warn" as const),
      },
      { requiredKeys: [] },
    );
    const edit = fc.record({ do: fc.constant("edit" as const), change, bump: fc.subarray([...pages]) });
    const upStep = fc.record({ do: fc.constant("up" as const), disaster });
    const step: fc.Arbitrary<Step> = fc.oneof(
      { weight: quick ? 7 : 4, arbitrary: edit },
      { weight: quick ? 9 : 5, arbitrary: upStep },
      { weight: 3, arbitrary: fc.record({ do: fc.constant("visit" as const), pages: somePages }) },
      { weight: 1, arbitrary: fc.record({ do: fc.constant("rollback" as const), to: fc.nat(5) }) },
      { weight: 1, arbitrary: fc.record({ do: fc.constantFrom("preview" as const, "refresh" as const) }) },
      { weight: 1, arbitrary: fc.constant({ do: "destroy" as const }) },
      {
        weight: 1,
        arbitrary: fc.record({ do: fc.constant("wait" as const), ms: fc.constantFrom(1000, 60_000, 700_000) }),
      },
    );
    return fc.record({
      subject: fc.constant(subject),
      listingDelayMs: fc.constantFrom(0, 0, 800),
      onCreate: fc.constantFrom("purge" as const, "purge" as const, "skip" as const),
      besides: fc.constant(0),
      steps: fc.array(step, { minLength: Math.min(3, steps), maxLength: steps, size: "max" }),
    });
  });
}

/**
 * Lives of a trigger whose map is larger than what the engine takes of a failed update: its state must shrink to
 * arrive. Each begins with such a failure.
 */
export function largeLives(steps: number): fc.Arbitrary<Life> {
  return lives({ steps }).map(({ steps: others, ...life }) => {
    const fault: FaultSeed = { kind: "failTarget", target: url(life.subject, "p0"), as: "row", count: 1 };
    return {
      ...life,
      // To send all of them is no matter of these lives.
      onCreate: "skip",
      besides: 13_000,
      steps: [
        { do: "up", disaster: { faults: [], late: false } },
        { do: "edit", change: {}, bump: ["p0", "p1"] },
        { do: "up", disaster: { faults: [fault], late: false } },
        ...others.map((step): Step =>
          step.do === "edit" ? { ...step, change: { ...step.change, mode: "contents" } } : step,
        ),
      ],
    };
  });
}
