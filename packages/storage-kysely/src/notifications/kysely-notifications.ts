import type { NotificationStore } from "@callboard/core/adapter";
import type { Database, HostTransaction } from "../database.js";
import { applyParked, applyReceipts } from "./apply-receipts.js";
import { record, startAttempts } from "./attempts.js";
import { readBatch, readSkipped, saveBatch, saveSkipped } from "./batches.js";
import { claimDue } from "./claim-due.js";
import { findCancellable } from "./find-cancellable.js";
import { forgetNotifications } from "./forget-notifications.js";
import { discardBatch, insertNotifications } from "./insert-notifications.js";
import { interventionsOf } from "./interventions.js";
import { receiptsOf } from "./kept-receipts.js";
import { findOverdue, renew } from "./leases.js";
import { oldestDue } from "./oldest-due.js";
import { page } from "./page-notifications.js";
import { forgetParked } from "./parked-receipts.js";
import { purge } from "./purge-notifications.js";
import { attemptsOf, count, countCharges, getMany } from "./read-notifications.js";
import { settle } from "./settle.js";

export function kyselyNotifications(database: Database): NotificationStore<HostTransaction> {
  return {
    insertMany: (rows, options = {}) => insertNotifications(database, rows, options),
    saveBatch: (batch, options) => saveBatch(database, database.on(options), batch),
    saveSkipped: (batchId, people, options) => saveSkipped(database, database.on(options), batchId, people),
    discardBatch: (batchId, options) => discardBatch(database, database.on(options), batchId),
    claim: (request) => claimDue(database, request),
    oldestDue: (request) => oldestDue(database, request),
    startAttempts: (attempts) => startAttempts(database, attempts),
    renew: (lease) => renew(database, lease),
    record: (results) => record(database, results),
    settle: (moves, options = {}) => settle(database, moves, options),
    findCancellable: (request, options) => findCancellable(database, database.on(options), request),
    findOverdue: ({ limit }) => findOverdue(database, limit),
    applyReceipts: (receipts, reduce) => applyReceipts(database, receipts, reduce),
    applyParked: (request, reduce) => applyParked(database, request, reduce),
    forgetParked: ({ olderThanMs }) => forgetParked(database, olderThanMs),
    getMany: (ids, options) => getMany(database, ids, options),
    attemptsOf: (ids) => attemptsOf(database, ids),
    receiptsOf: (ids) => receiptsOf(database, ids),
    interventionsOf: (ids) => interventionsOf(database, ids),
    batch: (id) => readBatch(database, id),
    skipped: (request) => readSkipped(database, request),
    page: (request) => page(database, request),
    count: (period) => count(database, period),
    countCharges: (period) => countCharges(database, period),
    purge: (request, options = {}) =>
      database.within(options, (executor) => purge(database, executor, request)),
    forget: (person, options = {}) =>
      database.within(options, (executor) => forgetNotifications(database, executor, person)),
  };
}
