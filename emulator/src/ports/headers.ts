/** Headers of the emulator's own, read by the edge, the origin and the control API. */
export const TENANT_HEADER = "x-emulator-tenant";
export const NODE_HEADER = "x-emulator-node";
/** Where a visitor is: an address of the loopback has no country. */
export const COUNTRY_HEADER = "x-emulator-country";
