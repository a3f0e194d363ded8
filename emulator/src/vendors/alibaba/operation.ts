/** Operations of Alibaba's APIs: their input is flat text, read by Params. */
import type { JsonObject } from "../../ports/json.ts";
import type { Call, Operation } from "../../ports/service.ts";
import { Params } from "./params.ts";

export interface AlibabaCall extends Call {
  readonly params: Params;
}

export interface AlibabaOperation extends Omit<Operation, "run"> {
  run(call: AlibabaCall): JsonObject | Promise<JsonObject>;
}

/** The operations of a service, by action. */
export function operations(byAction: Readonly<Record<string, AlibabaOperation>>): ReadonlyMap<string, Operation> {
  return new Map(
    Object.entries(byAction).map(([action, operation]) => [
      action,
      { ...operation, run: (call: Call) => operation.run({ ...call, params: new Params(call.input) }) },
    ]),
  );
}
