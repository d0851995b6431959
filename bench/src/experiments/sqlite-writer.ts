/** Queues and sends without end on a file, and tells of each id that is stored or sent. Run by `sqlite-kills.ts`. */
import { StorageError } from "@callboard/core";
import { connect } from "../harness/databases.ts";
import { newRows } from "../storage/new-rows.ts";
import { sendSome } from "../storage/send-some.ts";
import { storageOn } from "../storage/table-set.ts";

const [location] = process.argv.slice(2);
if (location === undefined) throw new Error("usage: sqlite-writer.ts <file>");
const database = { name: "sqlite", location } as const;
const storage = storageOn(database, connect(database));

for (;;) {
  try {
    const { insertedIds } = await storage.notifications.insertMany(newRows(10).rows);
    for (const id of insertedIds) console.log(`stored ${id}`);
    const sent = await sendSome(storage, (_, work) => work());
    for (const { notificationId } of sent) console.log(`sent ${notificationId}`);
  } catch (error) {
    // What a host repeats: somebody else has held the file for longer than a call waits.
    if (!StorageError.is(error) || error.fault !== "conflict") throw error;
    console.log("refused");
  }
}
