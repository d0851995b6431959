import { DeliveryError } from "@callboard/core/adapter";
import type { CallOptions, ManagementClient } from "../graph/management-client.js";
import { asFields, asList, asText } from "../narrow.js";
import { type RemoteTemplate, readRemoteTemplate, remoteFields } from "./remote-template.js";

const pageSize = "100";
const mostRestarts = 3;

/**
 * Reads page after page, and gives each template once. A cursor that Meta does not know any more sends the reading back to
 * the beginning, up to three times.
 * @throws {DeliveryError} Meta did not answer, refused, or its list has no end.
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/templates/template-management
 */
export async function listRemoteTemplates(
  client: ManagementClient,
  businessAccountId: string,
  options: CallOptions,
): Promise<readonly RemoteTemplate[]> {
  for (let restarts = 0; ; restarts++) {
    try {
      return await readPages(client, businessAccountId, options);
    } catch (error) {
      if (!isStaleCursor(error) || restarts === mostRestarts) throw error;
    }
  }
}

async function readPages(client: ManagementClient, businessAccountId: string, options: CallOptions) {
  const found = new Map<string, RemoteTemplate>();
  const cursors = new Set<string>();
  let after: string | null = null;
  do {
    const query = { fields: remoteFields, limit: pageSize, ...(after !== null && { after }) };
    const page = await client.call(
      { method: "GET", path: [businessAccountId, "message_templates"], query },
      options,
    );
    for (const entry of asList(page.data)) {
      const template = readRemoteTemplate(entry);
      if (template !== null) found.set(template.id, template);
    }
    after = nextCursor(asFields(page.paging));
    if (after !== null && cursors.has(after)) throw endless();
    if (after !== null) cursors.add(after);
  } while (after !== null);
  return [...found.values()];
}

/** The last page names a cursor as well; only where `next` is, there is more. */
function nextCursor(paging: ReturnType<typeof asFields>): string | null {
  return asText(paging?.next) === null ? null : asText(asFields(paging?.cursors)?.after);
}

function isStaleCursor(error: unknown): boolean {
  return DeliveryError.is(error) && error.providerCode?.split("/")[0] === "131059";
}

function endless(): DeliveryError {
  return new DeliveryError("WhatsApp's list of templates leads back to a page that was read before.", {
    failureClass: "retry",
    hint: "Ask again later.",
  });
}
