import type { NotificationStore } from "@callboard/core/adapter";
import type { Database, HostTransaction } from "../database.js";
import { applyParked, applyReceipts, forgetParked } from "./apply-receipts.js";
import { claim, findOverdue, record, renew, settle, startAttempts } from "./claim-notifications.js";
import { discardBatch, insertNotifications } from "./insert-notifications.js";
import { attemptsOf, countByStatus, getMany, page } from "./read-notifications.js";

export function kyselyNotifications(database: Database): NotificationStore<HostTransaction> {
  return {
    insertMany: (rows, options = {}) => insertNotifications(database, rows, options),
    discardBatch: (batchId, options) => discardBatch(database, batchId, options),
    claim: (request) => claim(database, request),
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
    countByStatus: ({ since }) => countByStatus(database, since),
  };
}
