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
export type { LogFilter } from "./control/log.ts";
export type { PageSeed } from "./edge/origin.ts";
export type { FaultSeed } from "./world/faults.ts";
export type { SeedInput } from "./world/seed.ts";
export type { SiteSeed } from "./services/esa/sites.ts";
