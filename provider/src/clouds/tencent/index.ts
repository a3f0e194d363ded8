/** Tencent Cloud: its keys in the provider's configuration, its services by the name of their module. */
export const tencent = {
  config: async () => (await import("./config.ts")).tencentConfig,
  services: {
    teo: async () => await import("./teo/index.ts"),
  },
};
