import type { StandardSchemaV1 } from "@standard-schema/spec";
import { UnknownEventError } from "../errors/unknown-event-error.js";
import { withinEvent } from "../origin.js";
import type { Logger } from "../ports/logger.js";
import { validate } from "../templates/validate.js";

/** Something that happened in the host. */
export interface DomainEvent<Name extends string = string, Data = unknown, Tx = unknown> {
  readonly name: Name;
  /** The event's own id: use it as the idempotency key, because a bus may deliver twice. */
  readonly id: string;
  readonly data: Data;
  /** The transaction that `forward` was given; hand it on, and everything commits together. */
  readonly transaction: Tx | undefined;
}

export interface ForwardOptions<Tx> {
  /** Id of the event. @default a new random one, which makes each call an event of its own */
  readonly id?: string;
  readonly transaction?: Tx | undefined;
}

/** What the handlers of one event returned, in the order in which they were registered. */
export interface ForwardResult {
  readonly id: string;
  readonly results: readonly unknown[];
}

type Handler = (event: DomainEvent<never, never, never>) => unknown;

/** The host's own events: declared with a schema, handled by any number of handlers. */
export class DomainEvents {
  readonly #handlers = new Map<string, Set<Handler>>();

  constructor(
    private readonly schemas: Readonly<Record<string, StandardSchemaV1>>,
    private readonly newId: () => string,
    private readonly logger: Logger,
  ) {}

  /** @returns a function that removes the handler again. */
  on(name: string, handler: Handler): () => void {
    this.#schemaOf(name);
    const handlers = this.#handlers.get(name) ?? new Set();
    this.#handlers.set(name, handlers.add(handler));
    return () => void handlers.delete(handler);
  }

  /**
   * Runs every handler of the event, also when one fails, and then rejects with what failed: the bus that
   * delivered the event should deliver it again, and idempotency keys make that harmless.
   */
  async forward(name: string, data: unknown, options: ForwardOptions<unknown> = {}): Promise<ForwardResult> {
    const value = await validate(this.#schemaOf(name), data, `event "${name}"`, "data");
    const event = { name, id: options.id ?? this.newId(), data: value, transaction: options.transaction };
    const handlers = [...(this.#handlers.get(name) ?? [])];
    if (handlers.length === 0)
      this.logger.warn({ event: name }, "an event was forwarded that nothing handles");
    const results = await withinEvent(name, event.id, () =>
      Promise.allSettled(handlers.map(async (handler) => handler(event as never))),
    );
    const errors = results.flatMap((result) =>
      result.status === "rejected" ? [result.reason as unknown] : [],
    );
    if (errors.length === 1) throw errors[0];
    if (errors.length > 1)
      throw new AggregateError(errors, `${errors.length} handlers of event "${name}" failed.`);
    return {
      id: event.id,
      results: results.map((result) => (result.status === "fulfilled" ? result.value : undefined)),
    };
  }

  #schemaOf(name: string): StandardSchemaV1 {
    const schema = Object.hasOwn(this.schemas, name) ? this.schemas[name] : undefined;
    if (!schema) throw new UnknownEventError(name, Object.keys(this.schemas));
    return schema;
  }
}
