/** The services of the emulator: one folder and one line each. */
import { esa } from "./esa/index.ts";
import { openplatform } from "./openplatform/index.ts";
import type { ServiceDefinition } from "./service.ts";

export const services: readonly ServiceDefinition[] = [esa, openplatform];
