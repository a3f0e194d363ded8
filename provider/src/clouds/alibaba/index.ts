/** Alibaba Cloud: its keys in the provider's configuration, its services by the name of their module. */
export const alibaba = {
  config: async () => (await import("./config.ts")).alibabaConfig,
  services: {
    esa: async () => await import("./esa/index.ts"),
    cdn: async () => await import("./cdn/index.ts"),
    dcdn: async () => await import("./dcdn/index.ts"),
  },
};
