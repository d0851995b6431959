/** What every error thrown by Callboard extends. The message ends with what to do. */
export abstract class CallboardError extends Error {
  abstract override readonly name: string;
}
