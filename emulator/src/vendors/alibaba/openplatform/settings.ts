/** OpenPlatform's one number. */
import type { LimitDefinition, SettingDefinitions } from "../../../ports/settings.ts";

export const perSecond: LimitDefinition = {
  name: "openplatform.perSecond",
  value: 100,
  source: "CHOICE: not published",
  readOn: "2026-11-28",
};

export const settings: SettingDefinitions = { limits: [perSecond] };
