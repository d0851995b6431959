import type { ReportedMessage } from "./delivered-request.ts";

/** One of those who take webhooks. */
export interface ReceivingSide {
  /** Sends so many messages that webhooks may be about. */
  send(count: number): Promise<ReportedMessage[]>;
  /** What the provider waits for. */
  answer(request: Request): Promise<Response>;
  /** Resolves when all that webhooks said is stored, with how many messages they have moved by now. */
  rest(): Promise<number>;
}
