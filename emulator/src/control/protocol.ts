/** What goes over the control API, shared by server and client. */
import type { KeySeed } from "../auth/keyring.ts";
import type { ClockMode } from "../clock/clock.ts";
import type { JsonObject } from "../world/json.ts";
import type { DescribedLimit, DescribedSwitch, DescribedText } from "../world/settings.ts";

/** Everything below this path is the emulator's own, not a cloud's. */
export const CONTROL_PREFIX = "/_emulator";
export const TENANT_HEADER = "x-emulator-tenant";
export const NODE_HEADER = "x-emulator-node";

/** The provider's configuration keys, ready to paste. */
export interface ProviderConfiguration {
  readonly alibabaAccessKeyId: string;
  readonly alibabaAccessKeySecret: string;
  readonly esaEndpoint: string;
  readonly cdnEndpoint: string;
  readonly dcdnEndpoint: string;
  readonly tencentSecretId: string;
  readonly tencentSecretKey: string;
  readonly teoEndpoint: string;
}

export interface Urls {
  /** All cloud APIs. */
  readonly endpoint: string;
  /** Visitors; choose the site by the Host header. */
  readonly edge: string;
  readonly origin: string;
  /** The control API and web page. */
  readonly control: string;
}

export interface TenantInfo {
  readonly name: string;
  readonly keys: readonly KeySeed[];
  readonly configuration: ProviderConfiguration;
}

export interface Info extends Urls {
  readonly version: string;
  readonly tenant: TenantInfo;
  readonly tenants: readonly string[];
  readonly faultKinds: readonly string[];
  readonly actions: readonly string[];
}

export interface ClockState {
  readonly mode: ClockMode;
  /** ISO time with milliseconds. */
  readonly now: string;
}

export interface EdgeObject {
  readonly node: string;
  readonly host: string;
  readonly path: string;
  readonly features: string;
  readonly status: number;
  readonly tags: readonly string[];
  readonly ageSeconds: number;
  readonly ttlSeconds: number;
  readonly state: "fresh" | "stale" | "expired";
  readonly bytes: number;
}

export interface State {
  readonly tenant: string;
  readonly clock: ClockState;
  readonly services: Readonly<Record<string, JsonObject>>;
  readonly nodes: readonly { readonly name: string; readonly objects: number }[];
  readonly pendingOrders: number;
}

export interface SettingsState {
  readonly switches: readonly DescribedSwitch[];
  readonly limits: readonly DescribedLimit[];
  readonly texts: readonly DescribedText[];
}
