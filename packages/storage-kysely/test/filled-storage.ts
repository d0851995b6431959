import type {
  AttemptResult,
  ChannelReceipt,
  ChannelTemplate,
  ClaimRequest,
  Move,
  NewBatch,
  NewNotification,
  Storage,
} from "@callboard/core/adapter";

const people = 20_000;
const batches = 12;
const batchSize = 1_000;

/** Calls that told one person, and calls that told nobody. */
const smallBatches = 1_500;
const silentBatches = 1_500;

/** Templates with providers, webhooks that are kept, and pieces of them. */
const news = 4_000;

const notification = (index: number) => `notification-${String(index).padStart(6, "0")}`;
const user = (index: number) => `user-${String(index).padStart(5, "0")}`;
const batch = (index: number) => `batch-${index}`;
const attempt = (index: number) => `attempt-${index}`;
const message = (index: number) => `wamid-${index}`;

const users = (count: number) => Array.from({ length: count }, (_, index) => user(index));

/** The names of what {@link fillStorage} writes. */
export const ids = {
  notification,
  user,
  users,
  batch,
  attempt,
  message,
  draft,
  call,
  acceptance,
  decision,
  due,
  channelTemplate,
};

function draft(changes: Partial<NewNotification>): NewNotification {
  return {
    id: "notification",
    batchId: "batch",
    userId: "user",
    channel: "whatsapp",
    address: "+263771234567",
    template: "template_1",
    templateVersion: 1,
    priority: "normal",
    content: { text: "Order SO-1", variables: ["SO-1"], buttons: [], channel: null },
    relatedContact: null,
    metadata: null,
    idempotencyKey: null,
    cancelKey: null,
    onlyIf: null,
    traceParent: null,
    contentHash: "hash-1",
    groupNames: ["Sales Team"],
    notBefore: null,
    expiresAt: null,
    onUncertain: "resend",
    ...changes,
  };
}

function call(changes: Partial<NewBatch>): NewBatch {
  return {
    id: "batch",
    template: "template_1",
    templateVersion: 1,
    channel: "whatsapp",
    groupNames: ["Sales Team"],
    namedUsers: 0,
    idempotencyKey: null,
    cancelKey: null,
    origin: null,
    ...changes,
  };
}

function acceptance(index: number, leaseToken = "lease"): AttemptResult {
  const failed = index % 100 === 0;
  return {
    attemptId: attempt(index),
    notificationId: notification(index),
    leaseToken,
    outcome: failed ? "permanent-recipient" : "accepted",
    providerMessageId: failed ? null : message(index),
    providerCode: failed ? "131026" : null,
    message: null,
    durationMs: 12,
    transition: {
      status: failed ? "failed" : "sent",
      dueInMs: null,
      attempts: 1,
      crashes: 0,
      uncertainties: 0,
      failure: failed
        ? { failureClass: "permanent-recipient", providerCode: "131026", message: "No.", hint: "Ask." }
        : null,
      providerMessageId: failed ? null : message(index),
      stamps: {},
      acknowledgedWith: null,
      charge: null,
      replayed: false,
    },
  };
}

/** A claim of whatever is due. */
function due(token: string, limit: number): ClaimRequest {
  const priorities = ["high", "normal", "low"] as const;
  return { token, leaseMs: 60_000, channels: ["whatsapp"], pausedTemplates: [], priorities, limit };
}

/** Some thousand people, and so many notifications that no planner would read them all for a few: sent, but for the last. */
export async function fillStorage<Tx>(storage: Storage<Tx>): Promise<void> {
  const { notifications, contacts, groups } = storage;
  const userIds = users(people);
  await contacts.save(
    userIds.map((userId, index) => ({
      userId,
      name: null,
      locale: null,
      active: true,
      addresses: { whatsapp: `+26377${index}` },
    })),
  );
  const at = new Date(0);
  await contacts.recordInbound(
    userIds.map((userId, index) => ({ channel: "whatsapp", address: `+26377${index}`, alias: userId, at })),
  );
  await groups.ensure(["Sales Team", "Finance Team"]);
  await groups.addMembers("Sales Team", userIds);
  await groups.addMembers("Finance Team", userIds.slice(0, 100));
  for (let number = 0; number < batches; number += 1) await writeBatch(notifications, number);
  for (let number = 0; number < batches - 1; number += 1) await sendBatch(notifications);
  for (let number = 0; number < smallBatches; number += 1) await writeSmallBatch(notifications, number);
  for (let number = 0; number < silentBatches; number += 1)
    await notifications.saveBatch(call({ id: `silent-${number}` }));
  await fillChannelNews(storage);
}

/** Templates of several accounts, and webhooks that nobody has dealt with. */
async function fillChannelNews<Tx>({ channelTemplates, webhooks }: Storage<Tx>): Promise<void> {
  const numbers = Array.from({ length: news }, (_, index) => index);
  await channelTemplates.save(numbers.map((index) => channelTemplate(`template_${index}`, String(index))));
  for (const index of numbers.slice(0, news / 2))
    await webhooks.keep({ channel: "whatsapp", hash: `hash-${index}`, body: `{"entry":${index}}` });
  await webhooks.setAside(
    numbers.map((index) => ({
      ...{ channel: "whatsapp", hash: `hash-${index}`, reason: "No reader.", body: `{"entry":${index}}` },
    })),
  );
}

function channelTemplate(remoteName: string, remoteId: string): ChannelTemplate {
  const at = new Date(0);
  return {
    ...{ channel: "whatsapp", remoteName, language: "en", remoteId, template: remoteName, version: 1 },
    ...{ fingerprint: "f", expressions: [], status: "approved", category: "UTILITY", reason: null },
    ...{ submittedAt: at, editedAt: [], statusAt: at },
  };
}

type Notifications<Tx> = Storage<Tx>["notifications"];

async function writeBatch<Tx>(
  { insertMany, saveBatch, saveSkipped }: Notifications<Tx>,
  number: number,
): Promise<void> {
  const cancelKey = `cancel-${number}`;
  await saveBatch(call({ id: batch(number), template: `template_${number}`, cancelKey }));
  await saveSkipped(
    batch(number),
    Array.from({ length: batchSize }, (_, index) => ({
      ...{ userId: user(people - 1 - index), reason: "inactive", hint: "Switch them on." },
    })),
  );
  await insertMany(
    Array.from({ length: batchSize }, (_, index) => {
      const serial = number * batchSize + index;
      return draft({
        id: notification(serial),
        batchId: batch(number),
        userId: user(serial % people),
        template: `template_${number}`,
        relatedContact: { id: `customer-${number}` },
        idempotencyKey: "evt-1",
        cancelKey,
      });
    }),
  );
}

async function writeSmallBatch<Tx>(
  { insertMany, saveBatch }: Notifications<Tx>,
  number: number,
): Promise<void> {
  const batchId = `small-${number}`;
  await saveBatch(call({ id: batchId }));
  await insertMany([
    draft({ id: `small-${number}`, batchId, userId: user(number), relatedContact: { id: "customer-0" } }),
  ]);
}

async function sendBatch<Tx>({
  claim,
  startAttempts,
  record,
  applyReceipts,
  settle,
}: Notifications<Tx>): Promise<void> {
  const rows = await claim(due("lease", batchSize));
  const serials = rows.map(({ id }) => Number(id.slice("notification-".length)));
  await startAttempts(
    serials.map((serial) => ({
      id: attempt(serial),
      notificationId: notification(serial),
      leaseToken: "lease",
    })),
  );
  await record(serials.map((serial) => acceptance(serial)));
  await applyReceipts(serials.map(sentReceipt), () => null);
  await settle(serials.filter((serial) => serial % 100 !== 0).map(decision));
}

function sentReceipt(serial: number): ChannelReceipt {
  return {
    ...{ channel: "whatsapp", attemptId: attempt(serial), providerMessageId: message(serial) },
    ...{ status: "sent", occurredAt: new Date(0), failure: null },
  };
}

/** A step that leaves the row as it is. */
function decision(serial: number): Move {
  return {
    id: notification(serial),
    from: { status: "sent", leaseToken: null, attemptId: attempt(serial), leaseOver: false },
    transition: acceptance(serial).transition,
    intervention: { action: "resolved", reason: "They told us.", by: null },
  };
}
