/**
 * What can go wrong when a cloud is asked. A fault carries the facts; its
 * message says what failed, what the vendor said and what to do next.
 * Each service sorts vendor codes into kinds once, in its `errors.ts`.
 */
export type FaultKind =
  /** Asked too often; the cloud did nothing. */
  | "throttled"
  /** The cloud had a passing trouble and says that it did nothing. */
  | "transient"
  /** A daily or plan limit; waiting within one run does not help. */
  | "quota"
  /** Credentials or permission. Never means that something is gone. */
  | "auth"
  /** The thing asked for does not exist. */
  | "notFound"
  /** The request is wrong and stays wrong. */
  | "invalid"
  /** The cloud may have acted or not: no answer arrived, or one that speaks of its own failure. */
  | "ambiguous"
  /** Failed before a byte of the request left: no credentials that can sign, no connection. The cloud did nothing. */
  | "unsent"
  /** A code that no table knows, or one that does not say what is wrong. */
  | "unknown";

export interface FaultFacts {
  readonly kind: FaultKind;
  /** The service in the vendor's words, such as `ESA`. */
  readonly cloud: string;
  /** The vendor's operation, such as `PurgeCaches`. */
  readonly action: string;
  readonly code: string;
  /** The vendor's text, without secrets. */
  readonly text: string;
  readonly requestId?: string | undefined;
  /** Of `unsent`: no repeat in this run mends it. */
  readonly lasting?: boolean | undefined;
  /** The cloud's own word on when to come back. */
  readonly retryAfterMs?: number | undefined;
  /** What the reader can do next; a full sentence. */
  readonly hint?: string | undefined;
  /** What a refusal is about: a host or a target in the call, how much it carries, or the call as a whole. Absent: the code does not say. */
  readonly blames?: "host" | "target" | "size" | "call" | undefined;
  /** Which limit a throttle answer speaks of: the URLs of one domain. Absent: the rate of the operation. */
  readonly window?: "domain" | undefined;
}

export class Fault extends Error {
  readonly kind: FaultKind;
  readonly cloud: string;
  readonly action: string;
  readonly code: string;
  readonly text: string;
  readonly requestId: string | undefined;
  readonly lasting: boolean;
  readonly retryAfterMs: number | undefined;
  readonly hint: string | undefined;
  readonly blames: FaultFacts["blames"];
  readonly window: FaultFacts["window"];

  constructor(facts: FaultFacts) {
    super(`${facts.cloud} ${facts.action} failed: ${vendorWords(facts)}${facts.hint ? ` ${facts.hint}` : ""}`);
    this.name = "Fault";
    this.kind = facts.kind;
    this.cloud = facts.cloud;
    this.action = facts.action;
    this.code = facts.code;
    this.text = facts.text;
    this.requestId = facts.requestId;
    this.lasting = facts.lasting ?? false;
    this.retryAfterMs = facts.retryAfterMs;
    this.hint = facts.hint;
    this.blames = facts.blames;
    this.window = facts.window;
  }
}

/** `Code: text (request id X).`, for places that say themselves what failed. */
export function vendorWords(fault: Pick<FaultFacts, "code" | "text" | "requestId">): string {
  const text = fault.text.trim().replace(/\.$/, "");
  const id = fault.requestId ? ` (request id ${fault.requestId})` : "";
  return text === "" ? `${fault.code}${id}.` : `${fault.code}: ${text}${id}.`;
}

/** What clouds call a failure of their own, in codes that no page lists: it says nothing of how far the work came. */
export const ownTrouble = /internal|unknown|timed?-?out|unexpected|backend|server.?error/i;

/** The work was stopped from outside: Ctrl-C, or the operation's time is up. */
export class Interrupted extends Error {
  readonly reason: "cancelled" | "deadline";
  constructor(reason: "cancelled" | "deadline") {
    super(reason === "deadline" ? "The time for this operation is up." : "The operation was cancelled.");
    this.name = "Interrupted";
    this.reason = reason;
  }
  static by(signal: AbortSignal | undefined): Interrupted {
    return signal?.reason instanceof Interrupted ? signal.reason : new Interrupted("cancelled");
  }
}

/** What has to come first did not come in time, so nothing was done. Explained to the user in full. */
export class NotYet extends Error {
  constructor(message: string) {
    super(message);
    this.name = "NotYet";
  }
}

/** An input or a situation that no retry mends, explained to the user in full. */
export class Refusal extends Error {
  constructor(message: string) {
    super(message);
    this.name = "Refusal";
  }
}
