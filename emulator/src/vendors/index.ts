/** The services of the emulator: one folder and one line each. */
import { cdn } from "./alibaba/cdn/index.ts";
import { dcdn } from "./alibaba/dcdn/index.ts";
import { esa } from "./alibaba/esa/index.ts";
import { openplatform } from "./alibaba/openplatform/index.ts";
import type { ServiceDefinition } from "../ports/service.ts";
import { teo } from "./tencent/teo/index.ts";

export const services: readonly ServiceDefinition[] = [esa, cdn, dcdn, teo, openplatform];
