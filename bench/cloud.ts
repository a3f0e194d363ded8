/** The emulator as the cloud of a bench. */
import type { Emulator } from "edgecache-emulator";
import schema from "../provider/schema.json" with { type: "json" };

/** The site that the emulator starts with. */
export const siteId = "5407498413000";

/** The provider's configuration for an emulator: only the keys that the provider has. */
export async function emulated(emulator: Emulator): Promise<Record<string, string>> {
  const configuration = await emulator.control.configuration();
  return Object.fromEntries(Object.entries(configuration).filter(([key]) => key in schema.config.variables));
}
