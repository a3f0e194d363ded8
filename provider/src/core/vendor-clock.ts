/**
 * What time it is at the cloud, learnt from the `Date` header of its answers
 * (RFC 9110, section 6.6.1). A header is cut to the second and made at some
 * moment between request and answer, so each answer gives a span in which the
 * cloud's clock lies, and all of them together a narrower one. Moments are
 * given by `Clock.monotonic`: somebody may set the machine's clock meanwhile.
 */
import type { Clock } from "./clock.ts";

/** From the monotonic clock to the cloud's: at least and at most so many milliseconds. */
interface Offset {
  readonly least: number;
  readonly most: number;
}

const headerStepMs = 1000;

/** So far the machine's clock may be behind while no answer has told the cloud's. */
const unlearntMs = 600_000;

export class VendorClock {
  readonly #clock: Clock;
  /** To the machine's own clock, as it was at first: somebody may set it while tasks are waited for. */
  readonly #own: number;
  #learnt: Offset | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#own = clock.now() - clock.monotonic();
  }

  /** Whether an answer told the time yet. Until then the machine's own clock stands in for the cloud's. */
  get known(): boolean {
    return this.#learnt !== undefined;
  }

  /** The cloud's time, as well as it is known, in milliseconds since 1970. */
  now(): number {
    const at = this.#clock.monotonic();
    return (this.earliest(at) + this.latest(at)) / 2;
  }

  /** From when on a cloud that remembers for `memoryMs` lists for certain: it refuses to be asked about what is older. */
  listsSince(memoryMs: number): number {
    return this.now() - memoryMs + unlearntMs;
  }

  /** At the moment `at` it was not earlier than this in the cloud: nothing that was made afterwards is dated before. */
  earliest(at: number): number {
    return at + this.#offset().least;
  }

  /** At the moment `at` it was not later than this in the cloud: nothing that was made before is dated after. */
  latest(at: number): number {
    return at + this.#offset().most;
  }

  /** `asked` and `answered`: moments before and after. A header that is no date says nothing. */
  learn(header: string | undefined, asked: number, answered: number): void {
    const date = header === undefined ? Number.NaN : Date.parse(header);
    if (Number.isNaN(date)) return;
    const seen = { least: date - answered, most: date + headerStepMs - asked };
    const known = this.#learnt ?? seen;
    const both = { least: Math.max(known.least, seen.least), most: Math.min(known.most, seen.most) };
    // No common span: a clock was set, the machine slept, or another machine answered. The newest word counts.
    this.#learnt = both.least <= both.most ? both : seen;
  }

  #offset(): Offset {
    return this.#learnt ?? { least: this.#own, most: this.#own };
  }
}
