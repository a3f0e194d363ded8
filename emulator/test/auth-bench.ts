/** Keys of every kind, with signatures held to the emulator's clock. */
import type { Emulator } from "../src/index.ts";
import { useEmulator } from "./use-emulator.ts";

export function useKeys(): { readonly emulator: Emulator } {
  return useEmulator({
    switches: { "auth.timeReference": "emulator" },
    seed: {
      keys: [
        { cloud: "alibaba", account: "1", accessKeyId: "AK", accessKeySecret: "s" },
        { cloud: "alibaba", account: "1", accessKeyId: "OFF", accessKeySecret: "s", status: "inactive" },
        { cloud: "alibaba", account: "1", accessKeyId: "STS.T", accessKeySecret: "s", securityToken: "tok/+=" },
        {
          cloud: "alibaba",
          account: "1",
          accessKeyId: "STS.OLD",
          accessKeySecret: "s",
          securityToken: "tok",
          expires: "2026-11-22T11:59:59Z",
        },
        { cloud: "alibaba", account: "1", accessKeyId: "READER", accessKeySecret: "s", allow: ["esa:GetCacheTag"] },
        { cloud: "alibaba", account: "2", accessKeyId: "OTHER", accessKeySecret: "s" },
        { cloud: "tencent", account: "3", accessKeyId: "TK", accessKeySecret: "s" },
        { cloud: "tencent", account: "3", accessKeyId: "TTMP", accessKeySecret: "s", securityToken: "tok" },
        { cloud: "tencent", account: "3", accessKeyId: "TREADER", accessKeySecret: "s", allow: ["teo:Describe"] },
      ],
      services: {
        esa: { sites: [{ siteId: "1000", siteName: "a.com", account: "1", records: ["a.com"] }] },
        teo: { zones: [{ zoneId: "zone-1", zoneName: "a.com", account: "3", domains: ["a.com"] }] },
      },
    },
  });
}
