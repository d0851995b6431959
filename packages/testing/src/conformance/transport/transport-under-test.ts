import type { RenderedContent, Transport } from "@callboard/core/adapter";

type AnyTransport = Transport<string, unknown>;

export interface TransportUnderTest {
  /** A transport whose provider accepts everything. Called at least once per test. */
  readonly open: () => Promise<AnyTransport>;
  /** Any spelling that `normalizeAddress` takes. */
  readonly validAddress: string;
  readonly invalidAddress: string;
  /** What this channel can send. Its text gets a number appended. @default a text without buttons */
  readonly content?: RenderedContent;
  /** The texts that the provider was given, in any order, since the last `open`. Lets the suite look behind the port. */
  readonly receivedTexts?: () => Promise<readonly string[]>;
  /** A transport whose provider refuses everything. Without it, refusals are not tested. */
  readonly openRefused?: () => Promise<AnyTransport>;
  /** A transport whose provider never answers. Without it, an abort is tested on `open`'s. */
  readonly openUnanswered?: () => Promise<AnyTransport>;
}

/** Runs a test on a transport of its own, and closes it. */
export function onTransport(
  open: () => Promise<AnyTransport>,
  run: (transport: AnyTransport) => Promise<void>,
): () => Promise<void> {
  return async () => {
    const transport = await open();
    try {
      await run(transport);
    } finally {
      await transport.close?.();
    }
  };
}
