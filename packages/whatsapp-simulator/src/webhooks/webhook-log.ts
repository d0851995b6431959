import { createChangeNotice } from "../change-notice.js";

/** One attempt to post a body. */
export interface WebhookPost {
  readonly url: string;
  readonly at: Date;
  /** Null when nobody answered. */
  readonly httpStatus: number | null;
  /** Why it does not count as received, or null when it was answered with 200. */
  readonly problem: string | null;
}

/** One body, and every attempt to post it. */
export interface SentWebhook {
  /** The JSON, with Meta's escapes. */
  readonly body: string;
  /** `waiting` for an answer or for the next attempt. */
  readonly state: "waiting" | "delivered" | "abandoned";
  /** Oldest first. */
  readonly posts: readonly WebhookPost[];
}

/** How webhooks fared since the start or the last reset. */
export interface WebhookReport {
  /** Answered with 200. */
  readonly delivered: number;
  /** Posts that were refused or met nobody, retried ones included. */
  readonly refused: number;
  /** Given up after the last retry. */
  readonly abandoned: number;
  /** Why the latest post failed, or null when the latest one was answered with 200. */
  readonly problem: string | null;
}

/** What was posted so far. Everything handed out is a snapshot. */
export interface WebhookLog {
  /** Writes a body down before its first post. */
  open(body: string): WebhookRecord;
  /** Oldest first. */
  all(): readonly SentWebhook[];
  report(): WebhookReport;
  clear(): void;
  /** Calls `listener` after every change. Returns a function that stops it. */
  onChange(listener: () => void): () => void;
}

export interface WebhookRecord {
  addPost(post: WebhookPost): void;
  end(state: "delivered" | "abandoned"): void;
}

const nothingYet: WebhookReport = { delivered: 0, refused: 0, abandoned: 0, problem: null };

export function createWebhookLog(): WebhookLog {
  let webhooks: SentWebhook[] = [];
  let report = nothingYet;
  const { changed, onChange } = createChangeNotice();

  function recordOf(index: number, log: SentWebhook[]): WebhookRecord {
    const change = (next: (webhook: SentWebhook) => SentWebhook, nextReport: WebhookReport) => {
      const webhook = log[index];
      // A body from before a reset has no place in the log any more.
      if (log !== webhooks || webhook === undefined) return;
      log[index] = next(webhook);
      report = nextReport;
      changed();
    };
    return {
      addPost: (post) =>
        change((webhook) => ({ ...webhook, posts: [...webhook.posts, post] }), counted(report, post.problem)),
      end: (state) =>
        change(
          (webhook) => ({ ...webhook, state }),
          state === "abandoned" ? { ...report, abandoned: report.abandoned + 1 } : report,
        ),
    };
  }

  return {
    open(body) {
      webhooks.push({ body, state: "waiting", posts: [] });
      return recordOf(webhooks.length - 1, webhooks);
    },
    all: () => [...webhooks],
    report: () => report,
    clear() {
      webhooks = [];
      report = nothingYet;
    },
    onChange,
  };
}

function counted(report: WebhookReport, problem: string | null): WebhookReport {
  if (problem === null) return { ...report, delivered: report.delivered + 1, problem };
  return { ...report, refused: report.refused + 1, problem };
}
