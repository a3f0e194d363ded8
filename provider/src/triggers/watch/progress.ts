/**
 * How far the tasks of a run are, in one short line for all of them. The share
 * comes first: a terminal of 80 columns cuts the rest, and the engine itself
 * counts the seconds. A plugin is not told whether a terminal or a log reads,
 * and a log gets every line, so a line is for 10 % more or for 10 s.
 */
import type { Clock } from "../../core/clock.ts";

export interface Seen {
  readonly done: number;
  readonly total: number;
  /** How far the others are (0 to 100), where the vendor says so. */
  readonly percent: number | undefined;
  /** The vendor lists any of the tasks. */
  readonly listed: boolean;
}

const everyMs = 10_000;
const everyPercent = 10;

/** One for each call whose tasks are watched. */
export class Progress {
  readonly #parts: Seen[] = [];
  readonly #tell: (line: string) => void;
  readonly #clock: Pick<Clock, "monotonic">;
  #last: { readonly step: number; readonly at: number; readonly line: string } | undefined;

  constructor(tell: (line: string) => void, clock: Pick<Clock, "monotonic">) {
    this.#tell = tell;
    this.#clock = clock;
  }

  /** Before any of them is looked at, so that the share is of all from the start. */
  part(total: number): (seen: Omit<Seen, "total">) => void {
    const at = this.#parts.push({ done: 0, total, percent: undefined, listed: false }) - 1;
    return (seen) => {
      this.#parts[at] = { ...seen, total };
      this.#say();
    };
  }

  #say(): void {
    const line = progressText(this.#parts);
    const now = this.#clock.monotonic();
    const step = Math.floor(shareOf(this.#parts) / everyPercent);
    const last = this.#last;
    if (last !== undefined && (line === last.line || (step <= last.step && now - last.at < everyMs))) return;
    this.#last = { step, at: now, line };
    this.#tell(line);
  }
}

/** `42 % · 2,100 of 5,000`. */
export function progressText(parts: readonly Seen[]): string {
  const [done, total] = [sum(parts, (part) => part.done), sum(parts, (part) => part.total)];
  const what = parts.some(({ listed }) => listed) ? `${grouped(done)} of ${grouped(total)}` : "not listed yet";
  return `${shareOf(parts)} % · ${what}`;
}

/** Whole per cents; 100 only when all are done. */
function shareOf(parts: readonly Seen[]): number {
  const total = sum(parts, (part) => part.total);
  const far = sum(parts, ({ done, total: all, percent = 0 }) => done + ((all - done) * percent) / 100);
  return total === 0 || far >= total ? 100 : Math.min(99, Math.floor((100 * far) / total));
}

function sum(parts: readonly Seen[], of: (part: Seen) => number): number {
  return parts.reduce((all, part) => all + of(part), 0);
}

function grouped(value: number): string {
  return value.toLocaleString("en");
}
