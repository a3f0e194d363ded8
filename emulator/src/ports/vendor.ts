/** The contract between the emulator and a vendor: one folder that exports a Vendor, and one line in `vendors/index.ts`. */
import type { KeySeed } from "./keys.ts";
import type { ServiceDefinition } from "./service.ts";
import type { SettingDefinitions, SwitchDefinition } from "./settings.ts";
import type { Wire } from "./wire.ts";

export interface Vendor {
  /** Also the `cloud` of its keys and the scope of texts that all its services share. */
  readonly name: string;
  readonly wire: Wire;
  /** Of its real endpoints: SDKs that DNS or a proxy leads here call them by name. */
  readonly domains: readonly string[];
  /** Its keys in the default seed. */
  readonly keys: readonly KeySeed[];
  /** What its services have in common. */
  readonly settings: SettingDefinitions;
  /** How its calls a second are counted. */
  readonly rateShape: SwitchDefinition<RateShape>;
  /** HTTP status of an injected error that no document names. */
  readonly errorStatus: number;
  /** The provider's configuration keys for this vendor, ready to paste. */
  readonly configuration: (key: ConfiguredKey, endpoint: string) => Readonly<Record<string, string>>;
  readonly services: readonly ServiceDefinition[];
}

export type RateShape = "bucket" | "window";

export interface ConfiguredKey {
  readonly id: string;
  readonly secret: string;
}
