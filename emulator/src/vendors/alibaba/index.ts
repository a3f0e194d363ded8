/** Alibaba Cloud: ESA, CDN and DCDN, and the upload permission that ESA's SDKs ask OpenPlatform for. */
import type { Vendor } from "../../ports/vendor.ts";
import { cdn } from "./cdn/index.ts";
import { dcdn } from "./dcdn/index.ts";
import { esa } from "./esa/index.ts";
import { openplatform } from "./openplatform/index.ts";
import { rateShape, settings } from "./settings.ts";
import { alibabaWire } from "./wire.ts";

const account = "1234567890123456";
const services = [esa, cdn, dcdn, openplatform];

export const alibaba = {
  name: "alibaba",
  wire: alibabaWire(services),
  domains: ["aliyuncs.com"],
  keys: [
    { cloud: "alibaba", account, accessKeyId: "LTAI5tEMULATOR", accessKeySecret: "emulator-secret" },
    {
      cloud: "alibaba",
      account,
      accessKeyId: "STS.EMULATOR",
      accessKeySecret: "emulator-secret",
      securityToken: "emulator-token",
    },
  ],
  settings,
  rateShape,
  errorStatus: 400,
  configuration: ({ id, secret }, endpoint) => ({
    alibabaAccessKeyId: id,
    alibabaAccessKeySecret: secret,
    esaEndpoint: endpoint,
    cdnEndpoint: endpoint,
    dcdnEndpoint: endpoint,
  }),
  services,
} satisfies Vendor;
