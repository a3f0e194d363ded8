/** The header `grpc-timeout`: how long the caller waits for an answer. */

const milliseconds: Readonly<Record<string, number>> = { H: 3_600_000, M: 60_000, S: 1_000, m: 1, u: 1e-3, n: 1e-6 };
/** Node's timers cannot count further. */
const longestMs = 2 ** 31 - 1;

/** `100m`: a number and its unit. */
export function timeoutMs(header: string | string[] | undefined): number | undefined {
  const [, amount, unit = ""] = /^(\d{1,8})([HMSmun])$/.exec(String(header)) ?? [];
  const each = milliseconds[unit];
  return each === undefined ? undefined : Math.min(Number(amount) * each, longestMs);
}
