import type { WriteOptions } from "../ports/storage.js";
import type { Transport } from "../ports/transport.js";
import type { Runtime } from "../runtime.js";
import type { CompiledTemplate } from "../templates/render-template.js";

/**
 * The words to write with: where a provider reviews templates, the newest version that it lets be sent, so that people are
 * told while newer words wait for their review. The published version, where there is none.
 */
export async function sendableVersion<Tx>(
  { templates, channelTemplates }: Runtime<Tx>,
  { name: channel, reviewer }: Transport<string, unknown>,
  published: CompiledTemplate,
  options: WriteOptions<Tx>,
): Promise<CompiledTemplate> {
  const { name, version, channels } = published.version;
  if (!reviewer || !Object.hasOwn(channels, channel)) return published;
  const known = await channelTemplates.of(channel, options);
  const approved = known
    .filter(({ template, status }) => template === name && status === "approved")
    .map((one) => one.version);
  const newest = Math.max(...approved);
  // A number beyond the published one is of another database; none at all is -Infinity.
  if (!(newest >= 1 && newest < version)) return published;
  return (await templates.version({ name, version: newest }, options)) ?? published;
}
