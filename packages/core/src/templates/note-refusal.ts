import type { ChannelTemplate } from "../domain/channel-template.js";
import type { Failure, Notification } from "../domain/notification.js";
import type { Runtime } from "../runtime.js";
import { applyTemplateNews } from "./apply-template-news.js";

export interface RefusedSend {
  readonly notification: Notification;
  readonly failure: Failure;
  /** As which template of the provider's it went out. `null`: not known any more. */
  readonly sentAs: Pick<ChannelTemplate, "remoteName" | "language"> | null;
}

/**
 * A provider that reviews templates refused one. Notes how that template stands now, so that the next message takes
 * another way. Returns `false` when the refusal says nothing about a template that is known: then pause.
 */
export async function noteRefusal<Tx>(
  runtime: Runtime<Tx>,
  { notification, failure, sentAs }: RefusedSend,
): Promise<boolean> {
  if (failure.failureClass !== "template") return false;
  const { channel, template } = notification;
  const status = runtime.transports.get(channel)?.reviewer?.statusAfter(failure) ?? null;
  if (status === null) return false;
  const known = await runtime.channelTemplates.of(channel);
  const refused = known.filter((one) =>
    sentAs === null ? one.template === template && one.status === "approved" : isSame(one, sentAs),
  );
  const at = runtime.clock.now();
  const { message: reason } = failure;
  await applyTemplateNews(
    runtime,
    refused.map(({ remoteName, language }) => ({
      ...{ channel, remoteId: null, remoteName, language },
      ...{ status, category: null, reason, at },
    })),
  );
  return refused.length > 0;
}

function isSame(one: ChannelTemplate, sentAs: NonNullable<RefusedSend["sentAs"]>): boolean {
  return one.remoteName === sentAs.remoteName && one.language === sentAs.language;
}
