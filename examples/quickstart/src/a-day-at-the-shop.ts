import type { QueueResult } from "@callboard/core";
import { crmGroupNames } from "@callboard/preset-crm";
import { staff } from "./company.ts";
import type { Shop } from "./database.ts";
import type { ShopCallboard } from "./shop-callboard.ts";

/** What one event led to. */
export interface Told {
  readonly event: string;
  readonly result: QueueResult;
}

/** The groups, and who is in them. Doing it again changes nothing. */
export async function setUpTeams(callboard: ShopCallboard): Promise<void> {
  await callboard.groups.ensure(crmGroupNames);
  await callboard.contacts.save(
    staff.map(({ userId, name, phone, active }) => ({
      userId,
      name,
      ...(active !== undefined && { active }),
      ...(phone !== undefined && { addresses: { whatsapp: phone } }),
    })),
  );
  for (const groupName of crmGroupNames) {
    const members = staff.filter(({ groups }) => groups.includes(groupName));
    await callboard.groups.addMembers(
      groupName,
      members.map(({ userId }) => userId),
    );
  }
}

/** In the shop's own transaction: an order that commits together with its notifications, and one whose transaction rolls back. */
export async function takeOrders(db: Shop, callboard: ShopCallboard): Promise<Told[]> {
  const told = await takeOrder(db, callboard, {
    number: "SO-1042",
    customer: "Tariro Mhaka",
    amount: "USD 3,100.00",
  });
  const cancelled = takeOrder(
    db,
    callboard,
    { number: "SO-1043", customer: "A mistake", amount: "USD 0.00" },
    () => {
      throw new Error("the card was declined");
    },
  );
  const declined = await cancelled.then(
    () => null,
    (error: unknown) => error,
  );
  if (!(declined instanceof Error && declined.message === "the card was declined")) throw declined;
  return told;
}

async function takeOrder(
  db: Shop,
  callboard: ShopCallboard,
  {
    number,
    customer,
    amount,
  }: { readonly number: string; readonly customer: string; readonly amount: string },
  afterwards: () => void = () => undefined,
): Promise<Told[]> {
  const told = await db.transaction().execute(async (transaction) => {
    await transaction
      .insertInto("orders")
      .values({ number, customer })
      .onConflict((on) => on.doNothing())
      .execute();
    const data = {
      orderId: number,
      orderName: "5 kVA solar kit",
      orderNumber: number,
      amount,
      customerName: customer,
    };
    const forwarded = await callboard.forward("order.created", data, {
      id: `evt-order-${number}`,
      transaction,
    });
    afterwards();
    return forwarded;
  });
  return toldBy("order.created", told.results);
}

/** Three more things that happen: a customer wants a human, a message bounces, an installation is booked. */
export async function forwardTheRest(callboard: ShopCallboard): Promise<Told[]> {
  const handover = await callboard.forward(
    "conversation.handover_requested",
    { contactId: "c-7", contactName: "Tariro Mhaka", lastBotMessage: "I could not find a branch in Gweru." },
    { id: "evt-handover-7" },
  );
  const failed = await callboard.forward(
    "message.failed",
    {
      messageId: "m-311",
      contactName: "Blessing Phiri",
      errorDetails: "The number is not on WhatsApp (131026).",
    },
    { id: "evt-failed-311" },
  );
  const installation = await callboard.forward("installation.requested", installationRequest, {
    id: "evt-install-88",
  });
  return [
    ...toldBy("conversation.handover_requested", handover.results),
    ...toldBy("message.failed", failed.results),
    ...toldBy("installation.requested", installation.results),
  ];
}

const installationRequest = {
  requestId: "ir-88",
  contactName: "Tariro Mhaka",
  installationType: "Hybrid, 5 kVA",
  orderNumber: "SO-1042",
  assessmentNumber: "SA-207",
  install: {
    fullName: "Tariro Mhaka",
    phone: "+263 77 555 0142",
    alternativeContact: null,
    address: "14 Jacaranda Road, Harare",
    locationPin: null,
    dateTime: "Thu 26 Nov, 09:00",
    availability: "Morning",
    branch: "Harare",
    salesPerson: "Chipo Dube",
  },
};

function toldBy(event: string, results: readonly unknown[]): Told[] {
  return results.map((result) => ({ event, result: result as QueueResult }));
}
