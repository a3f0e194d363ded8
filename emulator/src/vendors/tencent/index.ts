/** Tencent Cloud: EdgeOne. */
import type { Vendor } from "../../ports/vendor.ts";
import { rateShape, settings } from "./settings.ts";
import { teo } from "./teo/index.ts";
import { tencentWire } from "./wire.ts";

const account = "100012345678";
const services = [teo];

export const tencent = {
  name: "tencent",
  wire: tencentWire(services),
  domains: ["tencentcloudapi.com"],
  keys: [
    { cloud: "tencent", account, accessKeyId: "AKIDEMULATOR", accessKeySecret: "emulator-secret" },
    {
      cloud: "tencent",
      account,
      accessKeyId: "AKIDTMPEMULATOR",
      accessKeySecret: "emulator-secret",
      securityToken: "emulator-token",
    },
  ],
  settings,
  rateShape,
  errorStatus: 200,
  configuration: ({ id, secret }, endpoint) => ({
    tencentSecretId: id,
    tencentSecretKey: secret,
    teoEndpoint: endpoint,
  }),
  services,
} satisfies Vendor;
