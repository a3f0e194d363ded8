/** Random lives: programs, edits, troubles, ends, and the manners of a cloud, as plain data. */
import fc from "fast-check";
import { allSpellings, type Manners, type Trouble } from "../../stand-in/manners.ts";
import { subjectOf } from "../../triggers/subjects.ts";
import { kindsOf, pageCount, pageOf, type Cloud } from "./program.ts";
import type { Life, Slot, Step } from "./story.ts";

export function lives(steps: number): fc.Arbitrary<Life> {
  return fc.constantFrom<Cloud[]>("esa", "teo", "cdn", "dcdn").chain((cloud) => {
    const kind = fc.constantFrom(...kindsOf[cloud]);
    const parts = {
      by: fc.constantFrom("hash" as const, "contents" as const),
      listed: fc.uniqueArray(fc.nat(pageCount - 1), { minLength: 1 }),
      retired: fc.integer({ min: 0, max: 5 }).map((n) => n === 0),
      option: fc.boolean(),
      purgeAdded: fc.boolean(),
      wait: fc.integer({ min: 0, max: 3 }).map((n) => n > 0),
      failurePolicy: fc.constantFrom("fail" as const, "warn" as const),
      secret: fc.boolean(),
    };
    const onCreate = fc.constantFrom("send" as const, "send" as const, "skip" as const);
    const declared = fc.record({ kind, ...parts, onCreate });
    const stack = fc.constantFrom(0 as const, 1 as const);
    const slot = fc.constantFrom<Slot[]>(0, 1, 2);
    const action = kind.chain(({ token }) => {
      const { submit, watch, list } = subjectOf(token);
      return fc.constantFrom(submit, submit, watch, list);
    });
    const common = fc.constantFrom(
      "resetBefore",
      "resetAfter",
      "throttle",
      "badGateway",
      "quotaExhausted",
      "permissionDenied",
      "errorAfter",
      "noTaskId",
    );
    const trouble = fc.oneof(
      { weight: 4, arbitrary: fc.record({ kind: common, action }) },
      {
        weight: 1,
        arbitrary: fc.record({
          kind: fc.constant("error"),
          action,
          code: fc.constantFrom("InternalError", "Surprise.Party"),
          status: fc.constantFrom(400, 500),
        }),
      },
      {
        weight: 2,
        arbitrary: fc.record({
          kind: fc.constant("failTarget"),
          as: fc.constantFrom("row", "failedList"),
          target: fc.tuple(kind, fc.nat(pageCount - 1)).map(([of, page]) => pageOf(of, page).url),
          reason: fc.constant("Origin Timeout"),
        }),
      },
    ) as fc.Arbitrary<Trouble>;
    const end = fc.record({
      by: fc.constantFrom("cancel" as const, "kill" as const),
      afterMs: fc.constantFrom(60, 300, 1500, 6000),
    });
    const up = fc.record({
      do: fc.constant("up" as const),
      stacks: fc.constantFrom<(0 | 1)[][]>([0], [1], [0, 1]),
      troubles: fc.array(trouble, { maxLength: 3 }),
      fresh: fc.boolean(),
      late: fc.integer({ min: 0, max: 7 }).map((n) => n === 0),
      end: fc.option(end, { nil: undefined, freq: 3 }),
    });
    const publish = fc.record({
      do: fc.constant("publish" as const),
      pages: fc.uniqueArray(fc.nat(pageCount - 1), { minLength: 1 }),
    });
    const change = fc.record({ kind, ...parts }, { requiredKeys: [] });
    const step: fc.Arbitrary<Step> = fc.oneof(
      { weight: 6, arbitrary: up },
      { weight: 5, arbitrary: publish },
      { weight: 4, arbitrary: fc.record({ do: fc.constant("edit" as const), stack, slot, change }) },
      {
        weight: 1,
        arbitrary: fc.record({
          do: fc.constantFrom("preview" as const, "refresh" as const, "destroy" as const),
          stack,
          slot,
        }),
      },
      {
        weight: 1,
        arbitrary: fc.record({
          do: fc.constant("wait" as const),
          ms: fc.constantFrom(1000, 60_000, 700_000, 4 * 86_400_000),
        }),
      },
    );
    const manners: fc.Arbitrary<Partial<Manners>> = fc.record(
      {
        ids: fc.constantFrom("text" as const, "number" as const),
        empty: fc.constantFrom("list" as const, "null" as const, "absent" as const),
        order: fc.constantFrom("newest" as const, "oldest" as const, "shuffled" as const),
        spelling: fc.constantFrom(...allSpellings),
        rows: fc.constantFrom("each" as const, "each" as const, "first" as const, "unnamed" as const),
        repeats: fc.boolean(),
        skewMs: fc.constantFrom(-120_000, -3000, 0, 30_000, 120_000),
        listedAfterMs: fc.constantFrom(0, 3000, 10_000, 40_000),
        mayList: fc.integer({ min: 0, max: 5 }).map((n) => n > 0),
        mayReadQuotas: fc.boolean(),
        busy: fc.boolean(),
      },
      { requiredKeys: [] },
    );
    return fc.record({
      cloud: fc.constant(cloud),
      manners,
      programs: fc.tuple(
        fc.array(declared, { minLength: 1, maxLength: 3 }),
        fc.array(declared, { minLength: 1, maxLength: 2 }),
      ),
      steps: fc.array(step, { minLength: 2, maxLength: steps, size: "max" }),
    });
  });
}
