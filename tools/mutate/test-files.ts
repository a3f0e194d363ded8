/** The tests that are asked: those of the provider that take seconds, and need no process of their own. */
export const testFiles = ["provider/**/*.test.ts", "test/{triggers,stand-in,clouds,protocol}/**/*.test.ts"];
export const without = [
  "**/node_modules/**",
  "test/protocol/{changes,dynamic,edgecache,example,limits,observe,process,start,state,unary}.test.ts",
];
