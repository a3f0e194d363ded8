/**
 * The contract between the emulator and a cloud service. A service is one folder below its vendor's that exports a
 * ServiceDefinition, and one line in the vendor's index.
 */
import type { ApiError } from "./api-error.ts";
import type { Catalog } from "./catalog.ts";
import type { Delivery } from "./edge.ts";
import type { CallFaults } from "./faults.ts";
import type { Json, JsonObject } from "./json.ts";
import type { AccessKey } from "./keys.ts";
import type { LimitDefinition, SettingDefinitions, Settings, SwitchDefinition } from "./settings.ts";
import type { Snapshotted } from "./snapshot.ts";
import type { TenantPort } from "./tenant.ts";

export interface ServiceDefinition {
  /** Also the prefix of its actions in allow lists: `esa:PurgeCaches`. */
  readonly name: string;
  /** The product's name as signatures and error bodies carry it. */
  readonly product: string;
  readonly version: string;
  readonly settings: SettingDefinitions;
  /** The service's part of the default seed. */
  readonly defaultSeed: Json;
  /** Its documented errors, for the `error` fault. */
  readonly catalog: Catalog;
  /** What a fault or a full window answers, for any service. */
  readonly errors: {
    readonly throttled: (perSecond: number, seen: number, settings: Settings) => ApiError;
    readonly quotaExhausted: ApiError;
    readonly permissionDenied: (action: string, key: AccessKey, settings: Settings) => ApiError;
    readonly locked: ApiError;
  };
  /** What a call is about, in the names of the vendor's policies: `["*"]` where the action knows none. */
  readonly resources: (action: string, input: JsonObject | undefined, account: string) => readonly string[];
  /** Builds the service for one tenant. Throws a ZodError for a bad seed. */
  open(tenant: TenantPort, seed: unknown): OpenService;
}

export interface OpenService {
  readonly operations: ReadonlyMap<string, Operation>;
  /** Everything that a snapshot keeps. */
  readonly state: Snapshotted;
  /** How this service delivers a host, if the host is one of its own. */
  delivery(host: string): Delivery | undefined;
  /** For the control API and the web page. */
  describe(): ServiceState;
}

export interface Operation {
  readonly methods: readonly ("GET" | "POST")[];
  /** Calls per second, account and action. */
  readonly perSecond?: LimitDefinition;
  /** Whether allow lists are asked for it; always, unless a document says otherwise. */
  readonly permission?: SwitchDefinition<"asked" | "free">;
  run(call: Call): JsonObject | Promise<JsonObject>;
}

export interface Call {
  readonly account: string;
  readonly requestId: string;
  /** The Host header. */
  readonly authority: string;
  /** As the vendor's wire read it; undefined when the request carries none that can be read. */
  readonly input: JsonObject | undefined;
  readonly faults: CallFaults;
}

/** What is shown of a service; more members are the service's own. */
export interface ServiceState extends JsonObject {
  readonly places: readonly Place[];
  readonly tasks: readonly JsonObject[];
}

/** What delivers hosts and has quotas: a site, a zone, or an account with its domains. */
export interface Place extends JsonObject {
  /** The service's name, for people. */
  readonly kind: string;
  readonly name: string;
  /** What else identifies it and its plan. */
  readonly facts: readonly string[];
  readonly hosts: readonly { readonly host: string; readonly note?: string | undefined }[];
  /** The response headers that name an object's tags. */
  readonly tagRules: readonly {
    readonly version?: string | undefined;
    readonly header: string;
    readonly caseInsensitive: boolean;
    readonly note?: string | undefined;
  }[];
  readonly quotas: readonly { readonly type: string; readonly limit: number; readonly used: number }[];
}
