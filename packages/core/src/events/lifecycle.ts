import type { Notification, NotificationStatus } from "../domain/notification.js";
import type { Logger } from "../ports/logger.js";

/** What Callboard tells the host about itself, by name. */
export interface LifecycleEvents {
  /** Accepted by the provider. */
  "notification.sent": NotificationEvent;
  "notification.delivered": NotificationEvent;
  "notification.read": NotificationEvent;
  /** Will be tried again at `nextAttemptAt`; `failure` says why. */
  "notification.retrying": NotificationEvent;
  /** Nobody knows whether the person was told; waits for a receipt until `nextAttemptAt`. */
  "notification.uncertain": NotificationEvent;
  /** Given up; `failure` says why and what to do. */
  "notification.failed": NotificationEvent;
  "notification.expired": NotificationEvent;
  /** A group that was asked for has no members. */
  "group.empty": { readonly groupName: string; readonly template: string };
  /** Sending on this channel, or of this template, has stopped for every process. Raised once per outage. */
  "channel.paused": PauseEvent;
  "channel.resumed": Omit<PauseEvent, "reason">;
}

export interface NotificationEvent {
  readonly notification: Notification;
}

export interface PauseEvent {
  readonly channel: string;
  /** `null`: the whole channel. */
  readonly template: string | null;
  readonly reason: string;
}

/** Takes an event; what it throws or rejects with is logged, and changes nothing else. */
export type LifecycleListener<Name extends keyof LifecycleEvents> = (
  event: LifecycleEvents[Name],
) => void | Promise<void>;

/** Calls the host's listeners. */
export interface Lifecycle {
  observe<Name extends keyof LifecycleEvents>(name: Name, listener: LifecycleListener<Name>): () => void;
  emit<Name extends keyof LifecycleEvents>(name: Name, event: LifecycleEvents[Name]): void;
}

const eventOf: Partial<Record<NotificationStatus, keyof LifecycleEvents & `notification.${string}`>> = {
  pending: "notification.retrying",
  sent: "notification.sent",
  delivered: "notification.delivered",
  read: "notification.read",
  uncertain: "notification.uncertain",
  failed: "notification.failed",
  expired: "notification.expired",
};

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
  };
}
