/** The time range that task lists are asked for: both ends or neither, and no older than the vendor remembers. */
import * as z from "zod";
import { Refusal } from "../core/errors.ts";
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

export function checkWindow(given: Given): Failure[] {
  const { startTime, endTime } = given;
  if (startTime !== undefined && endTime !== undefined && Date.parse(endTime) <= Date.parse(startTime)) {
    return [{ path: ["endTime"], reason: "must be after startTime (the vendor answers InvalidEndTime.Mismatch)" }];
  }
  return [];
}

export interface WindowRules {
  readonly now: number;
  /** How far back the vendor answers. */
  readonly memoryMs: number;
  /** Longest range, where the vendor has one. */
  readonly spanMs?: number;
}

const dayMs = 24 * 3600 * 1000;

/** What is sent: whole seconds in UTC, refused here with the vendor's reason where the vendor would refuse it. */
export function toWindow(given: Given, rules: WindowRules): { startTime: string; endTime: string } {
  const { startTime, endTime } = given;
  if ((startTime === undefined) !== (endTime === undefined)) {
    throw new Refusal(
      "startTime and endTime must be given together (the vendor answers MissingTimeParameter: The StartTime and EndTime must be both specified).",
    );
  }
  const end = endTime === undefined ? rules.now : Date.parse(endTime);
  const start = startTime === undefined ? end - dayMs : Date.parse(startTime);
  if (start < rules.now - rules.memoryMs) {
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
