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
import { StatusError, type FailureStatus } from "../wire/status.ts";

/** What a provider says of an error of its own; see `ProviderDefinition.explain`. */
export interface Explanation {
  readonly status: FailureStatus;
  readonly message: string;
  /** Nothing was done, since something else must come first: a later run may get on. */
  readonly awaits?: boolean;
}

export type Explain = (error: unknown) => Promise<Explanation | undefined>;

/** Status and text for any failure. One that no one explains is reported as a bug. */
export async function explanation(error: unknown, explain: Explain): Promise<Explanation> {
  if (error instanceof StatusError) return { status: error.status, message: error.message };
  if (error instanceof MalformedMessage) {
    return { status: "INVALID_ARGUMENT", message: `malformed message: ${error.message}` };
  }
  if (error instanceof UnreadableState) return { status: "FAILED_PRECONDITION", message: error.message };
  const explained = await explain(error);
  if (explained !== undefined) return explained;
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { status: "INTERNAL", message: `unexpected failure inside the provider; please report it. ${text}` };
}
