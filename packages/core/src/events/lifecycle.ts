import type { ChannelTemplate } from "../domain/channel-template.js";
import type { Notification, NotificationStatus } from "../domain/notification.js";
import type { ContactPreference } from "../ports/contact-store.js";
import type { Logger } from "../ports/logger.js";
import type { ChannelAlert } from "../ports/webhook-news.js";

/** What Callboard tells the host about itself, by name; each after the write that it tells of. */
export interface LifecycleEvents {
  /** Written, to be sent. In a transaction of the host's own the commit is still to come, and may fail. */
  "notification.queued": QueuedEvent;
  /** Accepted by the provider. */
  "notification.sent": NotificationEvent;
  "notification.delivered": NotificationEvent;
  "notification.read": NotificationEvent;
  /** The person pressed a reply button, for the first time: `acknowledgedAt` and `acknowledgedWith` say when and which. */
  "notification.acknowledged": NotificationEvent;
  /** Will be tried again at `nextAttemptAt`; `failure` says why. */
  "notification.retrying": NotificationEvent;
  /** Nobody knows whether the person was told; waits for a receipt until `nextAttemptAt`. */
  "notification.uncertain": NotificationEvent;
  /** Given up; `failure` says why and what to do. */
  "notification.failed": NotificationEvent;
  "notification.expired": NotificationEvent;
  /** Not wanted any more: cancelled, superseded, or its `onlyIf` said no. */
  "notification.cancelled": NotificationEvent;
  /** A group that was asked for has no members. */
  "group.empty": { readonly groupName: string; readonly template: string };
  /** Sending on this channel has stopped for every process. Raised once per outage. */
  "channel.paused": PauseEvent;
  "channel.resumed": ResumeEvent;
  /** Sending of this template on this channel has stopped for every process. Raised once. */
  "template.paused": PauseEvent & TemplateOfPause;
  "template.resumed": ResumeEvent & TemplateOfPause;
  /** A provider's review of a template has come to a result, or it counts as another category now. */
  "template.reviewed": TemplateReviewedEvent;
  /** Somebody wrote to us, or pressed a button. Raised again when the provider delivers its webhook again. */
  "message.received": MessageReceivedEvent;
  /**
   * A person wants to be told less, or more again, and has not said so before. Where the host keeps people itself
   * (`recipients`), also somebody who is no contact here, and raised again when the provider delivers it again.
   */
  "contact.preference": PreferenceEvent;
  /**
   * A person has a new address on a channel, by the provider's word. Where the host keeps people itself (`recipients`), also
   * somebody who is no contact here, and raised again when the provider delivers it again.
   */
  "contact.moved": ContactMovedEvent;
  /** The provider says something about the account. Raised again when the provider delivers its webhook again. */
  "channel.alert": ChannelAlertEvent;
  /** A piece of a webhook could not be read, and was set aside. Raised again when the provider delivers it again. */
  "webhook.unread": WebhookUnreadEvent;
  /** Slots of a recurring job came and went, and no process ran them in time. */
  "job.missed": JobMissedEvent;
}

export interface NotificationEvent {
  readonly notification: Notification;
}

export interface QueuedEvent {
  readonly id: string;
  readonly batchId: string;
  readonly userId: string;
  readonly channel: string;
  readonly template: string;
}

export interface PauseEvent {
  readonly channel: string;
  /** What happened and what to do, in words. */
  readonly reason: string;
  /** When the next message is tried, in ms from now. */
  readonly forMs: number;
}

export interface ResumeEvent {
  readonly channel: string;
}

export interface TemplateOfPause {
  readonly template: string;
}

/** How a template stands with its provider now. */
export interface TemplateReviewedEvent
  extends Pick<
    ChannelTemplate,
    "channel" | "template" | "remoteName" | "language" | "status" | "category" | "reason"
  > {
  /** How it stood. `null`: it was handed in only now. */
  readonly before: Pick<ChannelTemplate, "status" | "category"> | null;
}

export interface MessageReceivedEvent {
  readonly channel: string;
  /** `null`: the provider tells the alias alone. */
  readonly address: string | null;
  /** The provider's own name for the person. `null`: it has none. */
  readonly alias: string | null;
  /** By the provider's clock. */
  readonly at: Date;
  /** What they wrote, or the label that they pressed. `null`: something else than text. */
  readonly text: string | null;
}

export interface PreferenceEvent extends Pick<ContactPreference, "channel" | "scope" | "optedOut" | "at"> {
  /** `null`: the provider tells the alias alone. */
  readonly address: string | null;
  readonly alias: string | null;
}

export interface ContactMovedEvent {
  readonly channel: string;
  /** `null`: no contact here, where the host keeps people itself. */
  readonly userId: string | null;
  /** Where they were reached, or their alias, as the provider names them. */
  readonly former: string | null;
  /** Where they are reached from now on. */
  readonly address: string;
}

export interface ChannelAlertEvent extends ChannelAlert {
  readonly channel: string;
}

export interface WebhookUnreadEvent {
  readonly channel: string;
  /** Why, in words. */
  readonly reason: string;
}

export interface JobMissedEvent {
  readonly job: string;
  readonly first: Date;
  readonly last: Date;
  /** Counted up to 1,000. */
  readonly count: number;
}

/** Takes an event; what it throws or rejects with is logged, and changes nothing else. */
export type LifecycleListener<Name extends keyof LifecycleEvents> = (
  event: LifecycleEvents[Name],
) => void | Promise<void>;

/** Calls the host's listeners. */
export interface Lifecycle {
  observe<Name extends keyof LifecycleEvents>(name: Name, listener: LifecycleListener<Name>): () => void;
  emit<Name extends keyof LifecycleEvents>(name: Name, event: LifecycleEvents[Name]): void;
  /** Whether anybody listens: what nobody hears need not be made. */
  isObserved(name: keyof LifecycleEvents): boolean;
}

const eventOf: Partial<Record<NotificationStatus, MoveEvent>> = {
  pending: "notification.retrying",
  sent: "notification.sent",
  delivered: "notification.delivered",
  read: "notification.read",
  uncertain: "notification.uncertain",
  failed: "notification.failed",
  expired: "notification.expired",
  cancelled: "notification.cancelled",
};

type MoveEvent = Exclude<keyof LifecycleEvents & `notification.${string}`, "notification.queued">;

/** Tells about notifications that have just moved. */
export function emitMoves(lifecycle: Lifecycle, moved: readonly Notification[]): void {
  for (const notification of moved) {
    const name = eventOf[notification.status];
    if (name) lifecycle.emit(name, { notification });
  }
}

export function createLifecycle(logger: Logger): Lifecycle {
  const listeners = new Map<string, Set<(event: never) => void | Promise<void>>>();
  return {
    observe(name, listener) {
      const known = listeners.get(name) ?? new Set();
      listeners.set(name, known.add(listener));
      return () => void known.delete(listener);
    },
    emit(name, event) {
      for (const listener of listeners.get(name) ?? []) {
        const report = (error: unknown) =>
          logger.error({ event: name, err: error }, "a lifecycle listener failed");
        try {
          const pending = listener(event as never);
          if (pending) pending.catch(report);
        } catch (error) {
          report(error);
        }
      }
    },
    isObserved: (name) => (listeners.get(name)?.size ?? 0) > 0,
  };
}
