/**
 * The zones of the project and what each may import: the table behind the fences (fences.mjs).
 *
 * @typedef {object} Zone
 * @property {string} name
 * @property {RegExp} files       paths from the folder where oxlint runs: the repository's root
 * @property {string[]} mayImport names of zones
 * @property {string} why         ends the message
 */

/** The engine layer's rooms and its face. */
const engine = ["engine/wire", "engine/define", "engine/define (inside)", "engine/protocol", "engine/process"];

/** The rooms of the emulator, from the ground up. */
const emulatorZones = [
  "emulator/clock",
  "emulator/http",
  "emulator/ports",
  "emulator/origin",
  "emulator/edge",
  "emulator/tenant",
  "emulator/vendors (what all share)",
  "emulator/vendors/<vendor>",
  "emulator/vendors/<vendor>/<service>",
  "emulator/vendors/<vendor> (value)",
  "emulator/vendors (list)",
  "emulator/front",
  "emulator/control",
  "emulator",
];

/** The first zone that matches counts. @type {Zone[]} */
export const zones = [
  {
    name: "engine/wire",
    files: /^provider\/src\/engine\/wire\//,
    mayImport: [],
    why: "what travels knows nobody who sends it",
  },
  {
    name: "engine/define",
    files: /^provider\/src\/engine\/define\/index\.ts$/,
    mayImport: ["engine/define (inside)", "engine/wire"],
    why: "the engine layer knows Pulumi and nothing of caches",
  },
  {
    name: "engine/define (inside)",
    files: /^provider\/src\/engine\/define\//,
    mayImport: ["engine/wire"],
    why: "definitions stand on values and know neither the protocol nor the process",
  },
  {
    name: "engine/protocol",
    files: /^provider\/src\/engine\/protocol\//,
    mayImport: ["engine/wire", "engine/define", "engine/define (inside)"],
    why: "what the RPCs do does not depend on the process around them: the dynamic resources have another",
  },
  {
    name: "engine/process",
    files: /^provider\/src\/engine\/process\//,
    mayImport: ["engine/wire", "engine/define", "engine/define (inside)", "engine/protocol"],
    why: "the engine layer knows Pulumi and nothing of caches",
  },
  {
    name: "core",
    files: /^provider\/src\/core\//,
    mayImport: [],
    why: "core knows neither Pulumi nor vendors nor triggers",
  },
  {
    name: "triggers",
    files: /^provider\/src\/triggers\//,
    mayImport: ["core"],
    why: "triggers are what every cloud shares and see a cloud only through triggers/service.ts",
  },
  {
    name: "probe",
    files: /^provider\/src\/probe\//,
    mayImport: ["core"],
    why: "probes know neither Pulumi nor vendors nor triggers: they ask as a visitor does",
  },
  {
    name: "trigger-kit",
    files: /^provider\/src\/trigger-kit\//,
    mayImport: ["core", "probe", "triggers", "engine/define"],
    why: "the kit binds triggers to the engine and knows no cloud",
  },
  {
    name: "clouds (list)",
    files: /^provider\/src\/clouds\/index\.ts$/,
    mayImport: ["clouds/<vendor> (value)"],
    why: "the list of clouds names their values and nothing else",
  },
  {
    name: "clouds/<vendor> (value)",
    files: /^provider\/src\/clouds\/[^/]+\/index\.ts$/,
    mayImport: ["clouds/<vendor>", "clouds/<vendor>/<service>"],
    why: "a cloud's value is put together from its own folder",
  },
  {
    name: "clouds (what all share)",
    files: /^provider\/src\/clouds\/(?=[^/]+\.ts$)/,
    mayImport: ["core", "trigger-kit", "engine/define"],
    why: "what all clouds share knows none of them",
  },
  {
    name: "clouds/<vendor>",
    files: /^provider\/src\/clouds\/[^/]+\/(?=[^/]+\.ts$|refresh\/)/,
    mayImport: ["core", "triggers", "trigger-kit", "engine/define", "clouds (what all share)"],
    why: "what one vendor's services share knows neither them nor another vendor",
  },
  {
    name: "clouds/<vendor>/<service>",
    files: /^provider\/src\/clouds\/([^/]+)\/[^/]+\//,
    mayImport: ["core", "triggers", "trigger-kit", "engine/define", "clouds/<vendor>", "clouds (what all share)"],
    why: "a service stands on its vendor's folder and never on another service",
  },
  {
    name: "files",
    files: /^provider\/src\/files\//,
    mayImport: ["core", "engine/define"],
    why: "the digests of files know neither triggers nor clouds",
  },
  {
    name: "main",
    files: /^provider\//,
    mayImport: [
      ...engine,
      "core",
      "triggers",
      "trigger-kit",
      "files",
      "probe",
      "clouds (list)",
      "clouds/<vendor>",
      "clouds/<vendor>/<service>",
      "clouds (what all share)",
    ],
    why: "the plugin does not know its tests, tools or emulator",
  },
  {
    name: "sdk/dynamic",
    files: /^sdk\/dynamic\/src\//,
    mayImport: ["main", ...engine],
    why: "the dynamic resources are a shell: what resources do is written in the provider",
  },
  {
    name: "emulator/clock",
    files: /^emulator\/src\/clock\//,
    mayImport: [],
    why: "the clock is the emulator's ground",
  },
  {
    name: "emulator/http",
    files: /^emulator\/src\/http\//,
    mayImport: [],
    why: "what all servers share knows neither clouds nor caches",
  },
  {
    name: "emulator/ports",
    files: /^emulator\/src\/ports\//,
    mayImport: ["emulator/clock"],
    why: "ports are contracts and plain data: vendors, tenants and the edge know each other only by them",
  },
  {
    name: "emulator/origin",
    files: /^emulator\/src\/origin\//,
    mayImport: ["emulator/clock", "emulator/http", "emulator/ports"],
    why: "the origin knows neither edge nor clouds",
  },
  {
    name: "emulator/edge",
    files: /^emulator\/src\/edge\//,
    mayImport: ["emulator/clock", "emulator/http", "emulator/ports", "emulator/origin"],
    why: "the edge knows no cloud",
  },
  {
    name: "emulator/tenant",
    files: /^emulator\/src\/tenant\//,
    mayImport: ["emulator/clock", "emulator/ports", "emulator/origin", "emulator/edge"],
    why: "a tenant knows its vendors only as ports and is not asked by its own control API",
  },
  {
    name: "emulator/vendors (list)",
    files: /^emulator\/src\/vendors\/index\.ts$/,
    mayImport: ["emulator/vendors/<vendor> (value)"],
    why: "the list of vendors names their values and nothing else",
  },
  {
    name: "emulator/vendors (what all share)",
    files: /^emulator\/src\/vendors\/(?=[^/]+\.ts$)/,
    mayImport: ["emulator/clock", "emulator/ports"],
    why: "what all vendors share knows none of them",
  },
  {
    name: "emulator/vendors/<vendor> (value)",
    files: /^emulator\/src\/vendors\/[^/]+\/index\.ts$/,
    mayImport: [
      "emulator/ports",
      "emulator/vendors (what all share)",
      "emulator/vendors/<vendor>",
      "emulator/vendors/<vendor>/<service>",
    ],
    why: "a vendor's value is put together from its own folder",
  },
  {
    name: "emulator/vendors/<vendor>",
    files: /^emulator\/src\/vendors\/[^/]+\/(?=[^/]+\.ts$|refresh\/)/,
    mayImport: ["emulator/clock", "emulator/ports", "emulator/vendors (what all share)"],
    why: "what one vendor's services share knows neither them nor another vendor",
  },
  {
    name: "emulator/vendors/<vendor>/<service>",
    files: /^emulator\/src\/vendors\/[^/]+\/[^/]+\//,
    mayImport: [
      "emulator/clock",
      "emulator/http",
      "emulator/ports",
      "emulator/vendors (what all share)",
      "emulator/vendors/<vendor>",
    ],
    why: "a service stands on its vendor's folder and never on another service",
  },
  {
    name: "emulator/front",
    files: /^emulator\/src\/front\//,
    mayImport: ["emulator/clock", "emulator/http", "emulator/ports", "emulator/tenant"],
    why: "the front carries out calls of any vendor",
  },
  {
    name: "emulator/control",
    files: /^emulator\/src\/control\//,
    mayImport: [
      "emulator/clock",
      "emulator/ports",
      "emulator/origin",
      "emulator/edge",
      "emulator/tenant",
      "emulator/vendors (list)",
    ],
    why: "the control API asks tenants; of the vendors it knows the list alone",
  },
  {
    name: "emulator/test",
    files: /^emulator\/test\//,
    mayImport: [...emulatorZones, "browser"],
    why: "the emulator is tested with the vendors' SDKs, not with the provider",
  },
  {
    name: "emulator (test kit)",
    files: /^emulator\/src\/pulumi\.ts$/,
    mayImport: ["emulator", "emulator/control", "emulator/tenant"],
    why: "the test kit puts an emulator and Pulumi's own engine together, and nothing of the emulator needs it",
  },
  {
    name: "emulator",
    files: /^emulator\//,
    mayImport: emulatorZones.filter((name) => name !== "emulator"),
    why: "the emulator is an independent second opinion: a shared mistake would pass both",
  },
  {
    name: "browser",
    files: /^tools\/setup\/(?=(browser|debian|run)\.mjs$)/,
    mayImport: [],
    why: "who looks for a browser needs nothing else of the project",
  },
];

/** Who may import a package. @type {{ packages: RegExp, zones: string[], why: string }[]} */
export const packageFences = [
  {
    packages: /^(@pulumi\/|@grpc\/|google-protobuf$|google-protobuf\/)/,
    zones: [...engine, "sdk/dynamic", "emulator (test kit)"],
    why: "only provider/src/engine, the SDKs and the test kit talk to Pulumi and gRPC",
  },
  {
    packages: /^(@alicloud\/|@darabonba\/|tencentcloud-)/,
    zones: ["clouds/<vendor>/<service>", "clouds/<vendor>", "emulator/test"],
    why: "only provider/src/clouds talk to the vendors' SDKs",
  },
  {
    packages: /^edgecache-emulator(\/|$)/,
    zones: [...emulatorZones, "emulator/test"],
    why: "the provider does not know the emulator",
  },
  {
    packages: /^pulumi-(resource-)?edgecache(\/|$)/,
    zones: [],
    why: "the plugin and its SDK are for programs and tests",
  },
];
