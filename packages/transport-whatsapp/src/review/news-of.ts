import type { ChannelTemplate, ChannelTemplateNews } from "@callboard/core/adapter";
import { standingOf } from "./remote-status.js";
import { type RemoteTemplate, remoteKey } from "./remote-template.js";

/** How known templates stand by Meta's list, read at `at`. What is not on it is `missing`. */
export function newsOf(
  known: readonly ChannelTemplate[],
  remote: readonly RemoteTemplate[],
  at: Date,
): readonly ChannelTemplateNews[] {
  const found = new Map(remote.map((one) => [remoteKey(one.name, one.language), one]));
  return known.map(({ channel, remoteId, remoteName, language }) => {
    const template = found.get(remoteKey(remoteName, language));
    const which = { channel, remoteId, remoteName, language, at };
    if (template === undefined) return { ...which, status: "missing", category: null, reason: null };
    return { ...which, category: template.category, ...standingOf(template) };
  });
}
