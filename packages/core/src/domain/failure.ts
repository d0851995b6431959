/**
 * How a failed attempt steers the engine.
 *
 * | class | the engine |
 * |---|---|
 * | `retry` | tries again, with growing waits |
 * | `retry-later` | tries again, not before a long wait that the provider or its rules ask for |
 * | `permanent-recipient` | gives up: this person cannot be reached at this address |
 * | `permanent-request` | gives up: the message itself is refused |
 * | `template` | pauses this template on the channel, keeps its rows pending |
 * | `sender` | pauses the whole channel for every worker, keeps rows pending, probes, resumes |
 * | `uncertain` | nobody knows whether it was sent: waits for a receipt, then the row's own policy decides |
 * | `quarantined` | gives up: workers kept dying while they held it |
 */
export type FailureClass =
  | "retry"
  | "retry-later"
  | "permanent-recipient"
  | "permanent-request"
  | "template"
  | "sender"
  | "uncertain"
  | "quarantined";
