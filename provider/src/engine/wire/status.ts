/** gRPC statuses by name and number, and an error that carries one. */

/** The statuses that a provider has use for. */
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

/** What the engine reads beside the message: a `pulumirpc` message by its name. */
export interface Detail {
  readonly type: string;
  readonly bytes: Uint8Array;
}

export class StatusError extends Error {
  override readonly name = "StatusError";
  readonly status: FailureStatus;
  readonly detail: Detail | undefined;
  constructor(status: FailureStatus, message: string, detail?: Detail) {
    super(message);
    this.status = status;
    this.detail = detail;
  }
}
