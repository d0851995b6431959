import type { Logger } from "./ports/logger.js";

/** Says nothing: a library is quiet until its host wants to hear it. */
export const silentLogger: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};
