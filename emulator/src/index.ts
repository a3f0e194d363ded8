/** The library: start an emulator, drive it, ask its edge. */
export { type Emulator, type EmulatorOptions, startEmulator } from "./start.ts";
export { ControlClient, type TenantOptions, type VisitOptions, type Visited } from "./control/client.ts";
export type {
  ClockState,
  EdgeObject,
  Info,
  LogEntry,
  OriginVisit,
  ProviderConfiguration,
  SettingsState,
  StandingFault,
  State,
  TenantInfo,
} from "./control/protocol.ts";
export type { Vendor } from "./ports/vendor.ts";
export type { LogFilter } from "./tenant/log.ts";
export type { PageSeed } from "./origin/origin.ts";
export type { FaultSeed } from "./ports/faults.ts";
export type { SeedInput } from "./tenant/seed.ts";
export type { SiteSeed } from "./vendors/alibaba/esa/sites.ts";
