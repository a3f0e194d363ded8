/** One method of the protocol: request, response, and what happens between, for every caller. */
import type { Shape } from "../define/contract.ts";
import type { Fields, MessageType, Values } from "../wire/protobuf.ts";
import type { Redaction } from "../wire/redaction.ts";
import { stripSecrets, type Place, type Stripped } from "../wire/secrets.ts";
import type { ValueMap } from "../wire/values.ts";
import type { Watched } from "./observe.ts";
import type { Session } from "./session.ts";
import { shown } from "./shown.ts";

/** One RPC as its handler sees it. */
export interface Call {
  /** Aborted when the caller is gone, at the deadline, and by Cancel. */
  readonly caller: AbortController;
  /** Secret texts seen so far: none of them leaves in a message. Handlers add what they take in. */
  readonly secrets: Redaction;
  /** Of these, what the inputs only led to; see `Operation.hide`. */
  readonly hidden: Set<string>;
  /** Something within it begins; see `Operation.begin`. Absent without an observer. */
  readonly part?: Watched["part"] | undefined;
}

type Handle<From extends Fields, To extends Fields> = <C, S extends Shape>(
  session: Session<C, S>,
  request: Values<From>,
  call: Call,
) => Promise<Partial<Values<To>>>;

interface MessageTypes<From extends Fields, To extends Fields> {
  readonly request: MessageType<From>;
  readonly response: MessageType<To>;
}

export class Rpc<From extends Fields, To extends Fields> {
  readonly #types: MessageTypes<From, To>;
  readonly handle: Handle<From, To>;

  constructor(types: MessageTypes<From, To>, handle: Handle<From, To>) {
    this.#types = types;
    this.handle = handle;
  }

  /** The same over bytes; `begun` hears of the request before it is handled. */
  async serve<C, S extends Shape>(
    session: Session<C, S>,
    bytes: Uint8Array,
    call: Call,
    begun: (request: object) => void,
  ): Promise<Uint8Array> {
    const request = this.#types.request.decode(bytes);
    begun(request);
    return this.#types.response.encode(await this.handle(session, request, call));
  }
}

export function newCall(caller: AbortController, known: Redaction, part?: Watched["part"]): Call {
  return { caller, secrets: known.copy(), hidden: new Set(), part };
}

/** A message as it may leave. */
export function tell(message: string, call: Call): string {
  return shown(call.secrets.redact(message));
}

/** Properties that are secret, or have secrets in them. */
export function secretProperties({ paths }: Stripped): ReadonlySet<string> {
  return new Set(paths.map(([key]) => String(key)));
}

/** Values come in: secrets off, and remembered for every message that this call sends. */
export function take(
  bag: ValueMap | undefined,
  secrets: readonly Place[],
  call: Call,
  open: readonly Place[] = [],
): Stripped {
  const taken = stripSecrets(bag ?? {}, secrets, open);
  call.secrets.add(taken.texts);
  return taken;
}
