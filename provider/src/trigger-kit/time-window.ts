/** The time range that task lists are asked for: both ends or neither, and no older than the vendor remembers. */
import * as z from "zod";
import type { World } from "../core/context.ts";
import { Refusal } from "../core/errors.ts";
import type { VendorClock } from "../core/vendor-clock.ts";
import type { Failure } from "../engine/define/index.ts";
import { timestamp } from "../triggers/receipts.ts";

const instant = z.string().datetime({ offset: true, error: "must be a time such as 2026-11-22T08:00:00Z (RFC 3339)" });

export const windowInputs = {
  startTime: instant.optional().meta({
    description: "Begin of the time range (RFC 3339). Together with `endTime`; default: 24 hours before now.",
  }),
  endTime: instant
    .optional()
    .meta({ description: "End of the time range (RFC 3339). Together with `startTime`; default: now." }),
} as const;

interface Given {
  readonly startTime?: string | undefined;
  readonly endTime?: string | undefined;
}

/** Where the page says so, both ends may be the same second. */
export function checkWindow(given: Given, shortest: "a second" | "nothing" = "a second"): Failure[] {
  const { startTime, endTime } = given;
  if (startTime === undefined || endTime === undefined) return [];
  const length = Date.parse(endTime) - Date.parse(startTime);
  if (length > 0 || (length === 0 && shortest === "nothing")) return [];
  const wanted = shortest === "nothing" ? "must not be before" : "must be after";
  return [{ path: ["endTime"], reason: `${wanted} startTime (the vendor answers InvalidEndTime.Mismatch)` }];
}

export interface WindowRules {
  /** As the vendor's clock has it. */
  readonly now: number;
  /** What the vendor's clock has passed for certain. */
  readonly earliest: number;
  /** How far back the vendor answers. */
  readonly memoryMs: number;
  /** Longest range, where the vendor has one. */
  readonly spanMs?: number;
}

const dayMs = 24 * 3600 * 1000;
/** Further apart the two clocks cannot be: the vendors refuse signatures that are older or newer. */
const furthestMs = 15 * 60_000;

/** The vendor's clock, for `WindowRules`. Before its first answer it is ours, give or take what signatures allow. */
export function vendorTime({ vendorClock, context }: { readonly vendorClock: VendorClock; readonly context: World }) {
  const earliest = vendorClock.earliest(context.clock.monotonic());
  return { now: vendorClock.now(), earliest: vendorClock.known ? earliest : earliest - furthestMs };
}

/** What is sent: whole seconds in UTC, refused here with the vendor's reason where the vendor would surely refuse it. */
export function toWindow(given: Given, rules: WindowRules): { startTime: string; endTime: string } {
  const { startTime, endTime } = given;
  if ((startTime === undefined) !== (endTime === undefined)) {
    throw new Refusal(
      "startTime and endTime must be given together (the vendor answers MissingTimeParameter: The StartTime and EndTime must be both specified).",
    );
  }
  const end = endTime === undefined ? rules.now : Date.parse(endTime);
  const start = startTime === undefined ? end - dayMs : Date.parse(startTime);
  if (second(start) < second(rules.earliest - rules.memoryMs)) {
    const days = rules.memoryMs / dayMs;
    throw new Refusal(
      `startTime is more than ${days} days ago: the vendor remembers the last ${days} days only (it answers InvalidTime).`,
    );
  }
  if (rules.spanMs !== undefined && end - start > rules.spanMs) {
    throw new Refusal(
      `the time from startTime to endTime is longer than ${rules.spanMs / dayMs} days, which the vendor refuses.`,
    );
  }
  // Up, not down: what was made within this very second belongs to it.
  return { startTime: timestamp(start), endTime: timestamp(Math.ceil(end / 1000) * 1000) };
}

function second(ms: number): number {
  return Math.floor(ms / 1000);
}
