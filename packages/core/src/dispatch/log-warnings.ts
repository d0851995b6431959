import type { Runtime } from "../runtime.js";

/** Tells what transports find unwise about how they are set up. */
export function logWarnings({
  transports,
  clock,
  logger,
}: Pick<Runtime<unknown>, "transports" | "clock" | "logger">): void {
  for (const transport of transports.values()) {
    for (const warning of transport.warnings?.(clock.now()) ?? [])
      logger.warn({ channel: transport.name }, warning);
  }
}
