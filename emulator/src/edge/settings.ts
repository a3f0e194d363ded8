import type { LimitDefinition, SettingDefinitions } from "../ports/settings.ts";

export const negativeTtl: LimitDefinition = {
  name: "edge.negativeTtl",
  value: 60,
  source: "CHOICE",
  readOn: "2026-11-22",
  about: "seconds that a 404 or 410 without caching headers is kept",
};
export const originTimeoutMs: LimitDefinition = {
  name: "edge.originTimeoutMs",
  value: 10_000,
  source: "CHOICE",
  readOn: "2026-11-22",
  about: "how long a node waits for the origin, by the machine's clock",
};
export const lateNodeMs: LimitDefinition = {
  name: "edge.lateNodeMs",
  value: 0,
  source: "CHOICE",
  readOn: "2026-11-22",
  about: "how much later than the task's completion the last node obeys a purge; 0: Complete means everywhere",
};

export const settings: SettingDefinitions = { limits: [negativeTtl, lateNodeMs, originTimeoutMs] };
