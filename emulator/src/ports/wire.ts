/**
 * A vendor's wire form: how a request is read and an answer written. `identify` reads without judging, so that even a
 * refused call is logged under its action; `authenticate` throws ApiError.
 */
import type { Random } from "../clock/random.ts";
import type { ApiError } from "./api-error.ts";
import type { JsonObject } from "./json.ts";
import type { AccessKey } from "./keys.ts";
import type { CloudAnswer, CloudRequest, HeaderMap } from "./request.ts";
import type { ServiceDefinition } from "./service.ts";
import type { Settings } from "./settings.ts";
import type { TenantPort } from "./tenant.ts";

export interface Wire {
  /** Whether a request is of this form. */
  claims(request: CloudRequest, headers: HeaderMap): boolean;
  /** The key that a request claims to be signed with; "" if none. */
  claimedKey(request: CloudRequest, headers: HeaderMap): string;
  identify(request: CloudRequest, headers: HeaderMap, settings: Settings): Identified;
  /** The answer to a call of an operation that does not exist. `service`: the one of the call's version. */
  notFound(call: Identified, service: ServiceDefinition | undefined): ApiError;
  authenticate(attempt: Attempt): AccessKey;
  requestId(random: Random): string;
  /** What an answer carries because the request did. */
  echoed(headers: HeaderMap, settings: Settings): Readonly<Record<string, string>>;
  /** The headers that ask a throttled client to wait; none where the vendor has no such header. */
  retryAfter(ms: number): Readonly<Record<string, string>>;
  success(result: JsonObject, requestId: string): CloudAnswer;
  failure(error: ApiError, requestId: string, authority: string, product: string): CloudAnswer;
}

export interface Identified {
  readonly action: string;
  readonly version: string;
  /** Parameters, decoded; undefined when they cannot be read. */
  readonly input: JsonObject | undefined;
}

/** A signed request, and what its signature is checked against. */
export interface Attempt {
  readonly request: CloudRequest;
  readonly headers: HeaderMap;
  /** The claimed key, if it exists and is this vendor's. */
  readonly key: AccessKey | undefined;
  /** The key's tenant; the default one when the key does not exist. */
  readonly tenant: TenantPort;
  /** The machine's time: a client cannot know the emulator's. */
  readonly machineNow: number;
}
