/** What a CAM policy must allow for an operation, narrowed to the zones that it is about. */
import * as z from "zod";
import { camScopes } from "./permissions.generated.ts";

export interface CamStatement {
  readonly effect: "allow";
  readonly action: readonly string[];
  readonly resource: readonly string[];
}

/** `account`: the UIN of the main account; empty: the account that the policy is in. */
export function camResources(action: string, zoneIds: readonly string[], account: string): string[] {
  const scope = Object.hasOwn(camScopes, action) ? camScopes[action] : undefined;
  return scope === "zone" ? zoneIds.map((zoneId) => `qcs::teo::uin/${account}:zone/${zoneId}`) : ["*"];
}

const withZone = z.object({ ZoneId: z.string() });

/** The line that a policy lacks when a call was refused. */
export function missingStatement(action: string, parameters: unknown): string {
  const name = `teo:${action}`;
  const zone = withZone.safeParse(parameters);
  const resource = camResources(name, [zone.success ? zone.data.ZoneId : "*"], "");
  const statement: CamStatement = { effect: "allow", action: [name], resource };
  return JSON.stringify(statement);
}
