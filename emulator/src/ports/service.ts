/**
 * The contract between the emulator and a cloud service. A service is one folder that exports a ServiceDefinition,
 * and one line in `vendors/index.ts`.
 */
import type { AccessKey } from "./keys.ts";
import type { Clock } from "../clock/clock.ts";
import type { Random } from "../clock/random.ts";
import type { Delivery, EdgePort } from "./edge.ts";
import type { Catalog } from "./catalog.ts";
import type { ApiError } from "./api-error.ts";
import type { ObjectStorage } from "./storage.ts";
import type { Params } from "../vendors/alibaba/params.ts";
import type { CallFaults } from "./faults.ts";
import type { Json, JsonObject } from "./json.ts";
import type { RateWindows } from "../tenant/rate.ts";
import type { LimitDefinition, Settings, SwitchDefinition, TextDefinition } from "./settings.ts";

export interface ServiceDefinition {
  /** Also the prefix of its actions in allow lists: `esa:PurgeCaches`. */
  readonly name: string;
  /** The product's name in Alibaba's error bodies. */
  readonly product: string;
  readonly wire: "alibaba" | "tencent";
  readonly version: string;
  readonly switches: readonly SwitchDefinition[];
  readonly limits: readonly LimitDefinition[];
  /** Messages that no document states. */
  readonly texts: readonly TextDefinition[];
  /** The service's part of the default seed. */
  readonly defaultSeed: Json;
  /** Its documented errors, for the `error` fault. */
  readonly catalog: Catalog;
  /** The same for every service: what a fault or a full window answers. */
  readonly errors: {
    readonly throttled: (perSecond: number, seen: number, settings: Settings) => ApiError;
    readonly quotaExhausted: ApiError;
    readonly permissionDenied: (action: string, key: AccessKey) => ApiError;
    readonly locked: ApiError;
  };
  /** Builds the service for one tenant. Throws a ZodError for a bad seed. */
  open(world: World, seed: unknown): OpenService;
}

/** What a service may use of the tenant that it runs in. */
export interface World {
  readonly clock: Clock;
  readonly random: Random;
  readonly settings: Settings;
  readonly minutes: RateWindows;
  readonly edge: EdgePort;
  readonly storage: ObjectStorage;
}

export interface OpenService<Dump = unknown> {
  readonly operations: ReadonlyMap<string, Operation>;
  /** How this service delivers a host, if the host is one of its own. */
  delivery(host: string): Delivery | undefined;
  /** For the control API and the web page. */
  describe(): JsonObject;
  /** Everything that a snapshot keeps; `load` takes it back. */
  dump(): Dump;
  load(dumped: Dump): void;
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
  /** Alibaba's flat parameters. */
  readonly params: Params;
  /** Tencent's JSON body. */
  readonly input: unknown;
  readonly faults: CallFaults;
}
