import { type LimitDefinition, defineSwitch } from "../ports/settings.ts";

export const authTime = defineSwitch({
  name: "auth.timeReference",
  values: ["either", "emulator", "machine"],
  basis: "TEST",
  about:
    "Which clock a signature's date must agree with. Clients sign with the machine's time, so with a moved or " +
    "stopped clock only `either` and `machine` let them in; `emulator` is for replayed captures.",
});

export const authStrictService = defineSwitch({
  name: "auth.tc3StrictService",
  values: ["off", "on"],
  basis: "TEST",
  about: "Demand the service `teo` in the TC3 scope, as the real cloud does; clients of a local endpoint cannot.",
});

export const securityTokenStatus = defineSwitch({
  name: "auth.securityTokenStatus",
  values: ["400", "403"],
  basis: "UNVERIFIED",
  about: "HTTP status of Alibaba's InvalidSecurityToken errors; the documents show both.",
});

export const rejectedCallsCount = defineSwitch({
  name: "rate.countRejectedCalls",
  values: ["on", "off"],
  basis: "INFERRED",
  about: "Whether calls refused for their rate count against the rate too.",
});

export const acs3WindowMs: LimitDefinition = {
  name: "auth.acs3WindowMs",
  value: 15 * 60_000,
  source: "Alibaba Cloud, request signature V3: x-acs-date within 15 minutes",
  readOn: "2026-11-22",
};

export const tc3WindowMs: LimitDefinition = {
  name: "auth.tc3WindowMs",
  value: 5 * 60_000,
  source: "Tencent Cloud, signature v3: X-TC-Timestamp within 5 minutes",
  readOn: "2026-11-22",
};
