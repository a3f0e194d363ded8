/** What the vendor's services have in common and can be set. */
import type { SettingDefinitions } from "../../ports/settings.ts";
import { rateShapeOf } from "../settings.ts";

export const rateShape = rateShapeOf("template", "Its documents do not exist.");

export const settings: SettingDefinitions = { switches: [rateShape] };
