/** What all Alibaba Cloud services are configured with, and where their endpoints are. */
import * as z from "zod";
import { endpoint } from "../endpoint.ts";
import { key } from "../keys.ts";

export const alibabaConfig = {
  alibabaAccessKeyId: key("alibaba").optional().meta({
    description:
      "Alibaba Cloud AccessKey id. Unset: the vendor's default chain (environment, OIDC, CLI profile, credentials file, instance role, URI), asked only when a call needs it.",
  }),
  alibabaAccessKeySecret: key("secret").optional().meta({
    description: "Secret of the AccessKey. Set together with `alibabaAccessKeyId`.",
    secret: true,
  }),
  alibabaSecurityToken: key("secret").optional().meta({
    description: "Token of temporary (STS) credentials.",
    secret: true,
  }),
  alibabaProfile: z.string().optional().meta({
    description: "Profile of the Alibaba Cloud CLI (`~/.aliyun/config.json`) to take credentials from.",
  }),
  alibabaSite: z
    .enum(["china", "international"])
    .default("china")
    .meta({
      description: "Which Alibaba Cloud the account belongs to; decides the default endpoints.",
      type: "index:AlibabaSite",
      values: {
        china: "aliyun.com",
        international: "alibabacloud.com",
      },
    }),
  esaEndpoint: endpoint.meta({
    description:
      "ESA endpoint: a host, or `http://host:port` for an emulator. Default: `esa.cn-hangzhou.aliyuncs.com`, international `esa.ap-southeast-1.aliyuncs.com`.",
  }),
  openPlatformEndpoint: endpoint.meta({
    description:
      "OpenPlatform endpoint, which grants file uploads to ESA: a host, or `http://host:port` for an emulator. Default: where `esaEndpoint` is, if that is given with http://, else `openplatform.aliyuncs.com`.",
  }),
  cdnEndpoint: endpoint.meta({
    description: "CDN endpoint: a host, or `http://host:port` for an emulator. Default: `cdn.aliyuncs.com`.",
  }),
  dcdnEndpoint: endpoint.meta({
    description: "DCDN endpoint: a host, or `http://host:port` for an emulator. Default: `dcdn.aliyuncs.com`.",
  }),
} as const;

export type AlibabaConfig = z.output<z.ZodObject<typeof alibabaConfig>>;
