/**
 * What the front needs of a vendor's wire form. `identify` reads without judging, so that even a refused call is
 * logged under its action; the other functions throw ApiError.
 */
import type { AccessKey } from "./keys.ts";
import type { Random } from "../clock/random.ts";
import type { ApiError } from "./api-error.ts";
import type { Params } from "../vendors/alibaba/params.ts";
import type { Operation, ServiceDefinition } from "./service.ts";
import type { JsonObject } from "./json.ts";
import type { Settings } from "./settings.ts";
import type { Tenant } from "../tenant/tenant.ts";
import type { CloudAnswer, CloudRequest, HeaderMap } from "./request.ts";

export interface Identified {
  readonly action: string;
  readonly version: string;
  readonly params: Params;
  readonly input: unknown;
  /** For the log. */
  readonly shown: JsonObject;
}

export interface Routed {
  readonly service: ServiceDefinition;
  readonly operation: Operation;
}

export interface Wire {
  readonly vendor: "alibaba" | "tencent";
  /** Whether a request is of this form. */
  claims(request: CloudRequest, headers: HeaderMap): boolean;
  /** The key that a request claims to be signed with; "" if none. */
  claimedKey(request: CloudRequest, headers: HeaderMap): string;
  identify(request: CloudRequest, headers: HeaderMap, settings: Settings): Identified;
  route(request: CloudRequest, call: Identified, tenant: Tenant): Routed;
  /** `tenant`: the owner's, or the one that answers when nobody owns the key. */
  authenticate(request: CloudRequest, headers: HeaderMap, owner: Owner | undefined, tenant: Tenant): AccessKey;
  requestId(random: Random): string;
  /** What an answer carries because the request did. */
  echoed(headers: HeaderMap, settings: Settings): Readonly<Record<string, string>>;
  success(result: JsonObject, requestId: string): CloudAnswer;
  failure(error: ApiError, requestId: string, authority: string, product: string): CloudAnswer;
}

export interface Owner {
  readonly tenant: Tenant;
  readonly key: AccessKey;
}

/** The machine's clock, for signatures whose client cannot know the emulator's time. */
export interface Machine {
  now(): number;
}
