/** The 24 hours after a person's last message, in which the business may write freely. */
export interface ServiceWindows {
  /** A person wrote or pressed a button: the window opens, or starts anew. */
  open(waId: string, at: Date): void;
  isOpen(waId: string, at: Date): boolean;
  /** When the latest window ends or ended. Null when the person never wrote. */
  closesAt(waId: string): Date | null;
  clear(): void;
}

const windowMs = 24 * 3_600_000;

/** @see https://developers.facebook.com/docs/whatsapp/cloud-api/guides/send-messages#customer-service-windows */
export function createServiceWindows(): ServiceWindows {
  const ends = new Map<string, Date>();
  return {
    open: (waId, at) => ends.set(waId, new Date(at.getTime() + windowMs)),
    isOpen(waId, at) {
      const end = ends.get(waId);
      return end !== undefined && at < end;
    },
    closesAt: (waId) => ends.get(waId) ?? null,
    clear: () => ends.clear(),
  };
}
