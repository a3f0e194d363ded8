/**
 * Failures on their way to the engine: one mapping from "what kind" to the
 * gRPC status that makes the engine do the right thing with its state.
 *
 * INTERNAL, UNKNOWN and DATA_LOSS tell the engine that the object may have
 * changed; every other status that it has not. So only an operation whose
 * outcome is truly unknown may end in one of them.
 */
import { UnreadableState } from "../define/inputs.ts";
import { MalformedMessage } from "../wire/protobuf.ts";

/** gRPC's numbers for the statuses that a provider has use for. */
export const statusCodes = {
  CANCELLED: 1,
  UNKNOWN: 2,
  INVALID_ARGUMENT: 3,
  DEADLINE_EXCEEDED: 4,
  NOT_FOUND: 5,
  PERMISSION_DENIED: 7,
  RESOURCE_EXHAUSTED: 8,
  FAILED_PRECONDITION: 9,
  ABORTED: 10,
  UNIMPLEMENTED: 12,
  INTERNAL: 13,
  UNAVAILABLE: 14,
  UNAUTHENTICATED: 16,
} as const;
export type FailureStatus = keyof typeof statusCodes;

/** What a provider says of an error of its own; see `ProviderDefinition.explain`. */
export interface Explanation {
  readonly status: FailureStatus;
  readonly message: string;
}

/** What the engine reads beside the message: a `pulumirpc` message by its name. */
export interface Detail {
  readonly type: string;
  readonly bytes: Uint8Array;
}

/** A failure the engine layer itself has words for. */
export class OperationError extends Error {
  override readonly name = "OperationError";
  readonly status: FailureStatus;
  readonly detail: Detail | undefined;
  constructor(status: FailureStatus, message: string, detail?: Detail) {
    super(message);
    this.status = status;
    this.detail = detail;
  }
}

export type Explain = (error: unknown) => Promise<Explanation | undefined>;

/** Status and words for any failure. What nobody has words for is a bug, and says so. */
export async function explanation(error: unknown, explain: Explain): Promise<Explanation> {
  if (error instanceof OperationError) return { status: error.status, message: error.message };
  if (error instanceof MalformedMessage) {
    return { status: "INVALID_ARGUMENT", message: `malformed message: ${error.message}` };
  }
  if (error instanceof UnreadableState) return { status: "FAILED_PRECONDITION", message: error.message };
  const explained = await explain(error);
  if (explained !== undefined) return explained;
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { status: "INTERNAL", message: `unexpected failure inside the provider; please report it. ${text}` };
}
