/** Reads that are good to have and no more than that: they have 5 s, and nothing fails or waits because of them. */
import { withDeadline, type CallContext } from "./call.ts";
import type { Clock } from "./clock.ts";
import { Fault, Interrupted } from "./errors.ts";

export type Optional<T> = { readonly found: T } | { readonly missing: Fault | Interrupted };

const optionalMs = 5000;

/** A cancelled caller is the one thing that ends more than the read. */
export async function optional<T>(
  call: CallContext,
  clock: Clock,
  read: (call: CallContext) => Promise<T>,
): Promise<Optional<T>> {
  const deadline = Math.min(call.deadline, clock.monotonic() + optionalMs);
  using limited = withDeadline(call, deadline, clock);
  try {
    return { found: await read({ ...call, deadline, signal: limited.signal }) };
  } catch (error) {
    if (call.signal.aborted && Interrupted.by(call.signal).reason === "cancelled") throw error;
    if (error instanceof Fault || error instanceof Interrupted) return { missing: error };
    throw error;
  }
}
