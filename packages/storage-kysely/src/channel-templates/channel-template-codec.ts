import type { ChannelTemplate, ChannelTemplateStatus } from "@callboard/core/adapter";
import type { InsertRequest } from "../insert-rows.js";
import type { ChannelTemplatesTable } from "../schema.js";

type Columns = InsertRequest<ChannelTemplate>["columns"];

const key: Columns = {
  remote_name: ["text", ({ remoteName }) => remoteName],
  language: ["text", ({ language }) => language],
  channel: ["text", ({ channel }) => channel],
};

const others: Columns = {
  remote_id: ["text", ({ remoteId }) => remoteId],
  template: ["text", ({ template }) => template],
  version: ["integer", ({ version }) => version],
  fingerprint: ["text", ({ fingerprint }) => fingerprint],
  expressions: ["text", ({ expressions }) => JSON.stringify(expressions)],
  status: ["text", ({ status }) => status],
  category: ["text", ({ category }) => category],
  reason: ["text", ({ reason }) => reason],
  submitted_at: ["integer", ({ submittedAt }) => submittedAt.getTime()],
  edited_at: ["text", ({ editedAt }) => JSON.stringify(editedAt.map((at) => at.getTime()))],
  status_at: ["integer", ({ statusAt }) => statusAt.getTime()],
  told_at: ["integer", ({ statusAt }) => statusAt.getTime()],
};

/** How a template is stored: by what it is found, and what it holds. */
export const channelTemplateColumns = { key, others };

export function toChannelTemplate(row: ChannelTemplatesTable): ChannelTemplate {
  return {
    channel: row.channel,
    remoteName: row.remote_name,
    language: row.language,
    remoteId: row.remote_id,
    template: row.template,
    version: row.version,
    fingerprint: row.fingerprint,
    expressions: JSON.parse(row.expressions),
    status: row.status as ChannelTemplateStatus,
    category: row.category,
    reason: row.reason,
    submittedAt: new Date(Number(row.submitted_at)),
    editedAt: (JSON.parse(row.edited_at) as number[]).map((at) => new Date(at)),
    statusAt: new Date(Number(row.status_at)),
  };
}

/** A template, and when its newest status came. */
export interface StoredTemplate extends ChannelTemplate {
  readonly toldAt: Date;
}

export function toStored(row: ChannelTemplatesTable): StoredTemplate {
  return { ...toChannelTemplate(row), toldAt: new Date(Number(row.told_at)) };
}

export function withoutTime({ toldAt: _, ...template }: StoredTemplate): ChannelTemplate {
  return template;
}

/** The same for what is one template there. */
export function templateKey({
  channel,
  remoteName,
  language,
}: Pick<ChannelTemplate, "channel" | "remoteName" | "language">): string {
  return JSON.stringify([channel, remoteName, language]);
}
