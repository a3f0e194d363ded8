/** Faults in the engine's terms: only an outcome that is truly unknown may end as UNKNOWN. */
import { Fault, Interrupted, NotYet, Refusal, type FaultKind } from "./core/errors.ts";
import type { Explanation } from "./engine/protocol/errors.ts";
import type { FailureStatus } from "./engine/wire/status.ts";

const statuses: Readonly<Record<FaultKind, FailureStatus>> = {
  throttled: "RESOURCE_EXHAUSTED",
  transient: "UNAVAILABLE",
  quota: "RESOURCE_EXHAUSTED",
  auth: "PERMISSION_DENIED",
  notFound: "NOT_FOUND",
  invalid: "INVALID_ARGUMENT",
  unsent: "UNAVAILABLE",
  ambiguous: "UNKNOWN",
  unknown: "FAILED_PRECONDITION",
};

export function explain(error: unknown): Explanation | undefined {
  if (error instanceof Fault) return { status: statuses[error.kind], message: error.message };
  if (error instanceof NotYet) return { status: "FAILED_PRECONDITION", message: error.message, awaits: true };
  if (error instanceof Refusal) return { status: "INVALID_ARGUMENT", message: error.message };
  if (error instanceof Interrupted) {
    return { status: error.reason === "deadline" ? "DEADLINE_EXCEEDED" : "CANCELLED", message: error.message };
  }
  return undefined;
}
