import { createHash } from "node:crypto";
import type { Template } from "../define-template.js";
import type { JsonObject } from "../domain/json.js";
import type { TemplateVersion, TemplateWords } from "../domain/template.js";
import { InvalidContextError } from "../errors/invalid-context-error.js";
import { TemplateNotLoadedError } from "../errors/template-not-loaded-error.js";
import { UnknownTemplateError } from "../errors/unknown-template-error.js";
import { UnsendableMessageError } from "../errors/unsendable-message-error.js";
import type { WriteOptions } from "../ports/storage.js";
import type { TemplateToReview } from "../ports/template-reviewer.js";
import type { PublishReport, TemplateStore } from "../ports/template-store.js";
import type { Transport } from "../ports/transport.js";
import { problemsOf } from "./content-problems.js";
import { canonicalJson, plainObject } from "./plain-data.js";
import { type CompiledTemplate, compileTemplate, personalContext } from "./render-template.js";
import { validate } from "./validate.js";

interface VersionKey {
  readonly name: string;
  readonly version: number;
}

function nameOf({ name, version }: VersionKey): string {
  return `${name}@${version}`;
}

/** Whom samples are rendered for. */
const sampleRecipient = { userId: "u-1", name: "Rudo", locale: "en" };

/** The templates that code declares, joined with the words that the store holds. */
export class TemplateLibrary<Tx = unknown> {
  readonly #compiled = new Map<string, CompiledTemplate>();
  /** Versions never change, so each is read once. */
  readonly #versions = new Map<string, TemplateVersion>();

  constructor(
    private readonly definitions: Readonly<Record<string, Template>>,
    private readonly store: TemplateStore<Tx>,
    private readonly transports: ReadonlyMap<string, Transport<string, unknown>>,
  ) {}

  /**
   * Stores the words of every template whose words in code are new, after rendering each with its sample: what could
   * never be sent is refused here and not when it matters.
   */
  async load(): Promise<PublishReport[]> {
    const entries = await Promise.all(
      Object.entries(this.definitions).map(async ([name, definition]) => {
        const words = wordsOf(definition);
        const contentHash = hashOf(name, words);
        await this.#checkSample(name, definition, words);
        return { name, ...words, contentHash };
      }),
    );
    return this.store.publish(entries);
  }

  /** The published words of a template, compiled once per version. */
  async published(name: string, options: WriteOptions<Tx>): Promise<CompiledTemplate> {
    this.#definition(name);
    const [version] = await this.store.published([name], options);
    if (!version) throw new TemplateNotLoadedError(name);
    return this.#compile(version);
  }

  /** The words of a version, published or not any more. */
  async version(key: VersionKey, options: WriteOptions<Tx>): Promise<CompiledTemplate | null> {
    const found = (await this.words([key], options))(key);
    return found ? this.#compile(found) : null;
  }

  /** Reads the words of these versions, as far as they are not known yet. */
  async words(
    keys: readonly VersionKey[],
    options: WriteOptions<Tx> = {},
  ): Promise<(key: VersionKey) => TemplateVersion | null> {
    const missing = new Map(
      keys.filter((key) => !this.#versions.has(nameOf(key))).map((key) => [nameOf(key), key]),
    );
    const found = missing.size > 0 ? await this.store.versions([...missing.values()], options) : [];
    for (const version of found) this.#versions.set(nameOf(version), version);
    return (key) => this.#versions.get(nameOf(key)) ?? null;
  }

  /** The published words of every template that says something for this channel, each with its sample. */
  async toReview(channel: string): Promise<TemplateToReview[]> {
    const versions = await this.store.published(Object.keys(this.definitions));
    const reviewed = versions.filter(({ channels }) => Object.hasOwn(channels, channel));
    return Promise.all(
      reviewed.map(async (version) => {
        const { sample } = this.#definition(version.name);
        const context = personalContext(await this.context(version.name, sample), sampleRecipient);
        return { version, sample: this.#compile(version).render(context, channel) };
      }),
    );
  }

  /** Checks a context against the template's schema, and copies what the schema made of it. */
  async context(name: string, context: unknown): Promise<JsonObject> {
    const subject = `template "${name}"`;
    const given = plainObject(subject, "context", context);
    if (given.recipient !== undefined) {
      throw new InvalidContextError(subject, [
        { path: "context.recipient", problem: "is reserved for the person who is told. Choose another key." },
      ]);
    }
    const { context: schema, sample } = this.#definition(name);
    try {
      return plainObject(subject, "context", await validate(schema, given, subject, "context"));
    } catch (error) {
      throw error instanceof InvalidContextError ? withMisspelt(error, given, sample) : error;
    }
  }

  #compile(version: TemplateVersion): CompiledTemplate {
    const key = `${version.name}@${version.version}:${version.contentHash}`;
    const compiled = this.#compiled.get(key) ?? compileTemplate(version);
    this.#compiled.set(key, compiled);
    return compiled;
  }

  #definition(name: string): Template {
    const definition = Object.hasOwn(this.definitions, name) ? this.definitions[name] : undefined;
    if (!definition) throw new UnknownTemplateError(name, Object.keys(this.definitions));
    return definition;
  }

  async #checkSample(name: string, definition: Template, words: TemplateWords): Promise<void> {
    const version: TemplateVersion = { ...words, name, version: 1, contentHash: "", createdAt: new Date(0) };
    const compiled = compileTemplate(version);
    const sample = await this.context(name, definition.sample);
    const context = personalContext(sample, sampleRecipient);
    for (const transport of this.transports.values()) {
      const problems = problemsOf(compiled.render(context, transport.name), version, transport);
      if (problems.length > 0) throw new UnsendableMessageError(name, transport.name, problems);
    }
  }
}

/** A key that is missing is often there under another name: names what the sample does not have. */
function withMisspelt(error: InvalidContextError, given: JsonObject, sample: unknown): InvalidContextError {
  const known = Object.keys(Object(sample));
  const strangers = Object.keys(given).filter((key) => !known.includes(key));
  if (strangers.length === 0 || known.length === 0) return error;
  const problem = `is no key of the template's sample, which has ${known.join(", ")}. Check its spelling.`;
  return new InvalidContextError(error.subject, [
    ...error.problems,
    ...strangers.map((key) => ({ path: `context.${key}`, problem })),
  ]);
}

function wordsOf({ body, buttons, channels }: Template): TemplateWords {
  return { body, buttons, channels };
}

/** @throws {InvalidContextError} Some of the words are no plain JSON, or no database could keep them. */
function hashOf(name: string, words: TemplateWords): string {
  const plain = plainObject(`template "${name}"`, "template", words);
  return createHash("sha256").update(canonicalJson(plain)).digest("hex");
}
