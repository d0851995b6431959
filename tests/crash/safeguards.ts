/**
 * What keeps the promises, and what an experiment must find when it is missing.
 *
 * | safeguard | without it |
 * |---|---|
 * | `fencing` | a worker that lost its lease writes its result all the same |
 * | `sweep` | nobody looks for what a dead worker left behind |
 * | `receipts` | a receipt settles nothing |
 * | `attempt-first` | the request leaves before its attempt is written |
 * | `acceptance` | a message is called sent though the provider never had it |
 * | `crash-counter` | nobody counts the workers that died over a notification |
 */
export type Safeguard = "fencing" | "sweep" | "receipts" | "attempt-first" | "acceptance" | "crash-counter";
