/** A call on its way through the front. */
import type { JsonObject } from "../ports/json.ts";
import type { CloudAnswer } from "../ports/request.ts";
import type { Operation, ServiceDefinition } from "../ports/service.ts";
import type { Vendor } from "../ports/vendor.ts";
import type { Identified } from "../ports/wire.ts";
import type { Tenant } from "../tenant/tenant.ts";

/** What became of a call, for its reply and for the log. */
export interface Carried {
  readonly answer: CloudAnswer | undefined;
  readonly result: JsonObject | undefined;
  readonly code: string | undefined;
  readonly executed: boolean;
}

/** A call that reached an operation. */
export interface Routed {
  readonly vendor: Vendor;
  readonly service: ServiceDefinition;
  readonly operation: Operation;
  readonly call: Identified;
  readonly tenant: Tenant;
}
