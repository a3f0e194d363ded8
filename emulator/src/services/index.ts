/** The services of the emulator: one folder and one line each. */
import { cdn } from "./cdn/index.ts";
import { dcdn } from "./dcdn/index.ts";
import { esa } from "./esa/index.ts";
import { openplatform } from "./openplatform/index.ts";
import type { ServiceDefinition } from "./service.ts";
import { teo } from "./teo/index.ts";

export const services: readonly ServiceDefinition[] = [esa, cdn, dcdn, teo, openplatform];
