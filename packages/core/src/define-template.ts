import type { StandardSchemaV1 } from "@standard-schema/spec";
import type { DeliveryPolicy } from "./domain/delivery-policy.js";
import type { JsonObject } from "./domain/json.js";
import type { TemplateButton } from "./domain/template.js";

/** The part of a definition that every template has. */
export interface TemplateDefinition<Schema extends StandardSchemaV1> {
  /** What the words may use as `it`. Any Standard Schema: zod, valibot, arktype. Its output must be plain JSON. */
  readonly context: Schema;
  /** An example that fits `context`: for previews, checks, and providers that ask for one. */
  readonly sample: NoInfer<StandardSchemaV1.InferInput<Schema>>;
  /**
   * Eta source. `it` is the context; `it.recipient` is the person: `{ userId, name, locale }`. Values are
   * printed as they are, without HTML escaping, and line breaks are kept.
   */
  readonly body: string;
  /** At most three replies, or two urls. @default none */
  readonly buttons?: readonly TemplateButton[];
  /** How hard Callboard tries with these messages. @default the `policy` of `createCallboard` */
  readonly policy?: Partial<DeliveryPolicy>;
}

/** A template as code knows it: the shape of its context, and the words to begin with. */
export interface Template<
  Schema extends StandardSchemaV1 = StandardSchemaV1,
  Channels extends object = Record<string, JsonObject>,
> {
  readonly context: Schema;
  readonly sample: StandardSchemaV1.InferInput<Schema>;
  readonly body: string;
  readonly buttons: readonly TemplateButton[];
  readonly policy: Partial<DeliveryPolicy>;
  /** What only one channel understands, by the channel's name. */
  readonly channels: Channels;
}

/** Whatever else a definition holds is the name of a channel. Spelt out, so that declarations made of it import nothing. */
type OwnKey = "context" | "sample" | "body" | "buttons" | "policy";

/**
 * Declares a template. Every key besides {@link TemplateDefinition}'s is the name of a channel, with what only that
 * channel understands; `createCallboard` checks it against the transport of that name.
 *
 * The words are a starting point: once stored, people may edit them without a deploy.
 */
export function defineTemplate<
  Schema extends StandardSchemaV1,
  const Definition extends TemplateDefinition<Schema>,
>(definition: Definition & TemplateDefinition<Schema>): Template<Schema, Omit<Definition, OwnKey>> {
  const { context, sample, body, buttons = [], policy = {}, ...channels } = definition;
  return { context, sample, body, buttons, policy, channels };
}
