import type { NotificationStore } from "@callboard/core/adapter";
import type { Database, HostTransaction } from "../database.js";
import { applyParked, applyReceipts } from "./apply-receipts.js";
import { record, startAttempts } from "./attempts.js";
import { claimDue } from "./claim-due.js";
import { forgetNotifications } from "./forget-notifications.js";
import { discardBatch, insertNotifications } from "./insert-notifications.js";
import { findOverdue, renew, settle } from "./leases.js";
import { page } from "./page-notifications.js";
import { forgetParked } from "./parked-receipts.js";
import { purge } from "./purge-notifications.js";
import { attemptsOf, count, getMany } from "./read-notifications.js";

export function kyselyNotifications(database: Database): NotificationStore<HostTransaction> {
  return {
    insertMany: (rows, options = {}) => insertNotifications(database, rows, options),
    discardBatch: (batchId, options) => discardBatch(database, database.on(options), batchId),
    claim: (request) => claimDue(database, request),
    startAttempts: (attempts) => startAttempts(database, attempts),
    renew: (lease) => renew(database, lease),
    record: (results) => record(database, results),
    settle: (moves) => settle(database, moves),
    findOverdue: ({ limit }) => findOverdue(database, limit),
    applyReceipts: (receipts, reduce) => applyReceipts(database, receipts, reduce),
    applyParked: (request, reduce) => applyParked(database, request, reduce),
    forgetParked: ({ olderThanMs }) => forgetParked(database, olderThanMs),
    getMany: (ids) => getMany(database, ids),
    attemptsOf: (ids) => attemptsOf(database, ids),
    page: (request) => page(database, request),
    count: (period) => count(database, period),
    purge: (request, options = {}) =>
      database.within(options, (executor) => purge(database, executor, request)),
    forget: (person, options = {}) =>
      database.within(options, (executor) => forgetNotifications(database, executor, person)),
  };
}
