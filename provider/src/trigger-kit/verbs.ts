/** The verbs that are the same for every trigger: what is unfinished, reading, state of earlier releases. */
import { Refusal } from "../core/errors.ts";
import type { ReadRequest, Stored } from "../engine/define/index.ts";
import { migrate } from "../triggers/migrate.ts";
import type { Receipts } from "../triggers/receipts.ts";

/** What is owed, and what is to be waited for, calls for an `up` of its own. */
export function unfinished({ ledger }: Pick<Receipts, "ledger">, wait: unknown): ("owed" | "tasks")[] {
  return [
    ...(ledger.owed > 0 ? (["owed"] as const) : []),
    ...(ledger.awaiting > 0 && wait === true ? (["tasks"] as const) : []),
  ];
}

export function readTrigger<I, O, C>(request: ReadRequest<I, O, C>): Promise<Stored<I, O> | undefined> {
  if (request.previous === undefined) {
    throw new Refusal(
      'A trigger cannot be imported or read by id: it is an event, and the cloud keeps no object for it. Declare it instead; with onCreate: "skip" it starts without sending anything.',
    );
  }
  // The state is the record: the vendor forgets tasks after days, and that must change nothing.
  return Promise.resolve(request.previous);
}

/** State of earlier releases in today's form. */
export function upgradeState({ inputs, outputs }: { inputs: object; outputs: object }): object | undefined {
  const targets: unknown = Reflect.get(inputs, "targets");
  const listed = Array.isArray(targets) ? targets.filter((target): target is string => typeof target === "string") : [];
  return migrate(outputs, listed.length > 0 ? listed : undefined);
}
