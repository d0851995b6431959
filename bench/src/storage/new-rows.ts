import { randomUUID } from "node:crypto";
import type { NewNotification } from "@callboard/core/adapter";
import { channel } from "../workload.ts";
import type { PageSubject } from "./table-set.ts";

/** New notifications, all of one batch. Ten people share them, so that each may fill a page. */
export function newRows(count: number): { rows: NewNotification[]; subject: PageSubject } {
  const subject: PageSubject = {
    status: "delivered",
    userId: "fresh-user-1",
    template: "fresh_template",
    groupName: "Fresh group",
    relatedContactId: "fresh-contact",
    batchId: randomUUID(),
  };
  const rows = Array.from(
    { length: count },
    (_, index): NewNotification => ({
      id: randomUUID(),
      batchId: subject.batchId,
      userId: `fresh-user-${index % 10}`,
      channel,
      address: `+2637700000${index}`,
      template: subject.template,
      templateVersion: 1,
      priority: "normal",
      content: {
        text: "Order *SO-1042* awaits your review.",
        variables: ["SO-1042"],
        buttons: [],
        channel: null,
      },
      relatedContact: { id: subject.relatedContactId, name: "Tariro Moyo" },
      metadata: null,
      idempotencyKey: `${subject.batchId}-${index}`,
      ...{ cancelKey: null, onlyIf: null, traceParent: null },
      contentHash: "0".repeat(64),
      groupNames: [subject.groupName],
      notBefore: null,
      expiresAt: null,
      onUncertain: "resend",
    }),
  );
  return { rows, subject };
}
