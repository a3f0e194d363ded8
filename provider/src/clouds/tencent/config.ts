/** What Tencent Cloud services are configured with. */
import * as z from "zod";
import { endpoint } from "../endpoint.ts";
import { key } from "../keys.ts";

export const tencentConfig = {
  tencentSecretId: key("tencent").optional().meta({
    description:
      "Tencent Cloud SecretId. Unset: the vendor's default chain (environment, credentials file, instance role, TKE identity), asked only when a call needs it.",
  }),
  tencentSecretKey: key("secret").optional().meta({
    description: "SecretKey that belongs to `tencentSecretId`.",
    secret: true,
  }),
  tencentToken: key("secret").optional().meta({ description: "Token of temporary credentials.", secret: true }),
  tencentSite: z
    .enum(["china", "international"])
    .default("china")
    .meta({
      description: "Which Tencent Cloud the account belongs to; decides the default endpoint.",
      type: "index:TencentSite",
      values: { china: "cloud.tencent.com", international: "tencentcloud.com" },
    }),
  teoEndpoint: endpoint.meta({
    description:
      "EdgeOne endpoint: a host, or `http://host:port` for an emulator. Default: `teo.tencentcloudapi.com`, international `teo.intl.tencentcloudapi.com`.",
  }),
} as const;

export type TencentConfig = z.output<z.ZodObject<typeof tencentConfig>>;
