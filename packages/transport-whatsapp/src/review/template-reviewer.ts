import type { TemplateReviewer } from "@callboard/core/adapter";
import type { ManagementClient } from "../graph/management-client.js";
import { applyStep } from "./apply-step.js";
import { listRemoteTemplates } from "./list-remote-templates.js";
import { newsOf } from "./news-of.js";
import { planReview } from "./plan-review.js";
import { statusAfter } from "./status-after.js";

export interface ReviewerOptions {
  readonly client: ManagementClient;
  readonly businessAccountId: string;
  /** Ends the name of each template at Meta. `null`: nothing does. */
  readonly suffix: string | null;
}

/** Hands templates to Meta for review, and asks what became of them. */
export function whatsappReviewer({ client, businessAccountId, suffix }: ReviewerOptions): TemplateReviewer {
  return {
    async plan({ templates, known, now, signal }) {
      const remote = await listRemoteTemplates(client, businessAccountId, { now, signal });
      return planReview({ templates, known, remote, suffix, now });
    },
    apply: (step, { now, signal }) => applyStep(client, businessAccountId, step, { now, signal }),
    async poll(known, { now, signal }) {
      if (known.length === 0) return [];
      return newsOf(known, await listRemoteTemplates(client, businessAccountId, { now, signal }), now);
    },
    statusAfter,
  };
}
