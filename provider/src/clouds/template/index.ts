/** The template's cloud: its keys in the provider's configuration, its services by the name of their module. */
export const template = {
  config: async () => (await import("./config.ts")).templateConfig,
  services: {
    template: async () => await import("./cache/index.ts"),
  },
};
