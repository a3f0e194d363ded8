/** The vendors' Node SDKs. They are CommonJS; `require` gives the same shape under Node and under the test runner. */
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);

export const Esa = require("@alicloud/esa20240910") as typeof import("@alicloud/esa20240910");
export const OpenApi = require("@alicloud/openapi-core") as typeof import("@alicloud/openapi-core");
export const Dara = require("@darabonba/typescript") as typeof import("@darabonba/typescript");
