import type { ChannelTemplate } from "../domain/channel-template.js";
import type { ChannelTemplateStore } from "../ports/channel-template-store.js";
import type { Clock } from "../ports/clock.js";
import type { WriteOptions } from "../ports/storage.js";

/** What other processes learn of a review is noticed this late; what this one learns, at once. */
const maxAgeMs = 5_000;

interface Reading {
  readonly readAtMs: number;
  readonly templates: Promise<readonly ChannelTemplate[]>;
}

/** How templates stand with providers, read once for many messages. */
export class ChannelTemplates<Tx = unknown> {
  readonly #readings = new Map<string, Reading>();

  constructor(
    private readonly store: ChannelTemplateStore<Tx>,
    private readonly clock: Clock,
  ) {}

  /** All of a channel, as of the last five seconds. */
  of(channel: string, options: WriteOptions<Tx> = {}): Promise<readonly ChannelTemplate[]> {
    const nowMs = this.clock.monotonicMs();
    const known = this.#readings.get(channel);
    if (known && nowMs - known.readAtMs < maxAgeMs) return known.templates;
    const reading = { readAtMs: nowMs, templates: this.store.list(channel, options) };
    this.#readings.set(channel, reading);
    // A store that is down is asked again by the next message.
    reading.templates.catch(() => this.#drop(channel, reading));
    return reading.templates;
  }

  /** Something has changed. */
  forget(channel: string): void {
    this.#readings.delete(channel);
  }

  #drop(channel: string, reading: Reading): void {
    if (this.#readings.get(channel) === reading) this.#readings.delete(channel);
  }
}
