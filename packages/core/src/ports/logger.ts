/**
 * Where Callboard writes what it does: pino's shape, so a pino logger fits as it is.
 *
 * Callboard logs ids, codes and counts. It never logs a message's text, an address or a secret.
 */
export interface Logger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}
