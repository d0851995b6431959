import {
  acceptance,
  claimRequest,
  draft,
  drafts,
  follow,
  get,
  receipt,
  type Stage,
  sending,
  transition,
} from "./stage.js";

export function claimingConformance<Tx>({ runner: { equal, ok }, test }: Stage<Tx>): void {
  test("claim() gives each due notification to exactly one of many racing callers", async ({ storage }) => {
    const rows = drafts(200);
    await storage.notifications.insertMany(rows);
    const claims = await Promise.all(
      Array.from({ length: 16 }, (_, index) =>
        storage.notifications.claim(claimRequest(`lease-${index}`, 20)),
      ),
    );
    const ids = claims.flat().map(({ id }) => id);
    equal(ids.length, 200);
    equal(new Set(ids).size, 200);
    ok(
      claims.flat().every(({ status }) => status === "sending"),
      "claimed rows are sending",
    );
  });

  test("claim() leaves what is not due, expired, of another channel, or of a paused template", async ({
    storage,
    advance,
  }) => {
    const far = new Date("2100-01-01T00:00:00Z");
    const due = draft();
    const soon = draft();
    const { createdAt } = await inserted(storage, soon);
    await storage.notifications.insertMany([
      due,
      draft({ notBefore: far }),
      draft({ channel: "email", template: "invoice" }),
      draft({ template: "paused_template" }),
      draft({ expiresAt: new Date(createdAt.getTime() + 2_000) }),
    ]);
    await advance(2_000);
    const claimed = await storage.notifications.claim({
      ...claimRequest("lease"),
      pausedTemplates: [
        { channel: "whatsapp", template: "paused_template" },
        { channel: "email", template: due.template },
      ],
    });
    equal(claimed.map(({ id }) => id).toSorted(), [due.id, soon.id].toSorted());
  });

  test("claim() takes high priority first, then what has been due for longest", async ({
    storage,
    advance,
  }) => {
    const rows = [draft({ priority: "low" }), draft(), draft({ priority: "high" })];
    await storage.notifications.insertMany(rows);
    await advance(1_000);
    const later = [draft({ priority: "high" }), draft()];
    await storage.notifications.insertMany(later);
    const order: (string | undefined)[] = [];
    for (let round = 0; round < 5; round += 1) {
      const [row] = await storage.notifications.claim(claimRequest(`lease-${round}`, 1));
      order.push(row?.id);
    }
    equal(order, [rows[2]?.id, later[0]?.id, rows[1]?.id, later[1]?.id, rows[0]?.id]);
  });

  test("claim() of nothing due gives nothing", async ({ storage }) => {
    equal(await storage.notifications.claim(claimRequest("lease")), []);
  });

  test("startAttempts() starts only rows that are held under its token", async (stage) => {
    const { storage } = stage;
    const [mine, other] = [draft(), draft()];
    await storage.notifications.insertMany([mine]);
    await storage.notifications.claim(claimRequest("lease-1"));
    await storage.notifications.insertMany([other]);
    await storage.notifications.claim(claimRequest("lease-2"));
    const started = await storage.notifications.startAttempts([
      { id: "attempt-1", notificationId: mine.id, leaseToken: "lease-1" },
      { id: "attempt-2", notificationId: other.id, leaseToken: "lease-1" },
    ]);
    equal(started, [mine.id]);
    equal((await get(stage, mine.id)).attemptId, "attempt-1");
    equal(
      (await storage.notifications.attemptsOf([mine.id, other.id])).map(({ id }) => id),
      ["attempt-1"],
    );
  });

  test("startAttempts() starts nothing once the lease has run out", async ({ storage, advance }) => {
    const row = draft();
    await storage.notifications.insertMany([row]);
    await storage.notifications.claim(claimRequest("lease"));
    await advance(60_000);
    equal(
      await storage.notifications.startAttempts([
        { id: "attempt", notificationId: row.id, leaseToken: "lease" },
      ]),
      [],
    );
  });

  test("renew() extends a lease that holds, and none that has run out", async ({ storage, advance }) => {
    await storage.notifications.insertMany([draft(), draft()]);
    const [held] = await storage.notifications.claim(claimRequest("lease", 1));
    const [other] = await storage.notifications.claim(claimRequest("lease-of-another"));
    await advance(50_000);
    equal(await storage.notifications.renew({ token: "lease", leaseMs: 60_000 }), [held?.id]);
    await advance(50_000);
    const overdue = await storage.notifications.findOverdue({ limit: 10 });
    equal(
      overdue.map(({ notification }) => notification.id),
      [other?.id],
    );
    await advance(10_000);
    equal(await storage.notifications.renew({ token: "lease", leaseMs: 60_000 }), []);
  });

  test("record() closes the attempt and moves the notification", async (stage) => {
    const { notification, leaseToken } = await sending(stage, "attempt-1");
    const moved = await stage.storage.notifications.record([
      acceptance(notification, "attempt-1", leaseToken, "wamid-1"),
    ]);
    equal(
      moved.map(({ id, status, providerMessageId }) => ({ id, status, providerMessageId })),
      [{ id: notification.id, status: "sent", providerMessageId: "wamid-1" }],
    );
    const stored = await get(stage, notification.id);
    equal([stored.status, stored.attempts, stored.nextAttemptAt], ["sent", 1, null]);
    ok(stored.sentAt instanceof Date, "sentAt is stamped");
    const [attempt] = await stage.storage.notifications.attemptsOf([notification.id]);
    equal([attempt?.outcome, attempt?.durationMs, attempt?.providerMessageId], ["accepted", 12, "wamid-1"]);
    ok(attempt?.endedAt instanceof Date, "the attempt has ended");
  });

  test("record() without the lease changes nothing but the attempt, which keeps what was learnt", async (stage) => {
    const { notification, leaseToken } = await sending(stage, "attempt-1");
    await stage.advance(60_000);
    const [overdue] = await stage.storage.notifications.findOverdue({ limit: 10 });
    equal([overdue?.notification.id, overdue?.attemptOpen], [notification.id, true]);
    await stage.storage.notifications.settle([
      {
        id: notification.id,
        from: { status: "sending", leaseToken, attemptId: "attempt-1", leaseOver: true },
        transition: transition("uncertain", { crashes: 1, uncertainties: 1, dueInMs: 1_000 }),
      },
    ]);
    equal(
      await stage.storage.notifications.record([
        acceptance(notification, "attempt-1", leaseToken, "wamid-1"),
      ]),
      [],
    );
    const stored = await get(stage, notification.id);
    equal([stored.status, stored.crashes, stored.sentAt], ["uncertain", 1, null]);
    const [attempt] = await stage.storage.notifications.attemptsOf([notification.id]);
    equal([attempt?.outcome, attempt?.providerMessageId], ["accepted", "wamid-1"]);
    const { moved } = await stage.storage.notifications.applyReceipts([receipt({ status: "sent" })], follow);
    equal(
      moved.map(({ id, status }) => [id, status]),
      [[notification.id, "sent"]],
    );
  });

  test("record() with a wait makes the notification due again after it", async (stage) => {
    const { notification, leaseToken } = await sending(stage, "attempt-1");
    const failure = {
      failureClass: "retry",
      providerCode: "131000",
      message: "Something failed.",
      hint: "Wait.",
    } as const;
    await stage.storage.notifications.record([
      {
        ...acceptance(notification, "attempt-1", leaseToken, "none"),
        outcome: "retry",
        providerMessageId: null,
        transition: transition("pending", { attempts: 1, failure, dueInMs: 5_000 }),
      },
    ]);
    await stage.advance(4_999);
    equal(await stage.storage.notifications.claim(claimRequest("early")), []);
    await stage.advance(1);
    const [again] = await stage.storage.notifications.claim(claimRequest("later"));
    equal([again?.id, again?.attempts, again?.failure], [notification.id, 1, failure]);
  });

  test("settle() moves only rows that still are as they were read", async (stage) => {
    const { storage } = stage;
    const row = draft();
    await storage.notifications.insertMany([row]);
    const from = { status: "pending", leaseToken: null, attemptId: null, leaseOver: false } as const;
    const moves = [{ id: row.id, from, transition: transition("expired") }];
    equal(
      (await storage.notifications.settle(moves)).map(({ status }) => status),
      ["expired"],
    );
    equal(await storage.notifications.settle(moves), []);
    ok((await get(stage, row.id)).expiredAt instanceof Date, "expiredAt is stamped");
  });

  test("settle() leaves a row that is held by another, in another attempt or in another status", async (stage) => {
    const { notification, leaseToken } = await sending(stage, "attempt-1");
    const from = { status: "sending", leaseToken, attemptId: "attempt-1", leaseOver: false } as const;
    const step = { id: notification.id, transition: transition("failed") };
    const stale = [
      { ...from, status: "uncertain" },
      { ...from, leaseToken: "lease-of-another" },
      { ...from, leaseToken: null },
      { ...from, attemptId: "attempt-of-another" },
      { ...from, attemptId: null },
    ] as const;
    equal(await stage.storage.notifications.settle(stale.map((seen) => ({ ...step, from: seen }))), []);
    equal((await get(stage, notification.id)).status, "sending");
    equal((await stage.storage.notifications.settle([{ ...step, from }])).length, 1);
  });

  test("settle() leaves a row whose lease was renewed", async (stage) => {
    const { notification, leaseToken } = await sending(stage, "attempt-1");
    const from = { status: "sending", leaseToken, attemptId: "attempt-1", leaseOver: true } as const;
    const moves = [{ id: notification.id, from, transition: transition("pending", { dueInMs: 0 }) }];
    equal(await stage.storage.notifications.settle(moves), []);
    await stage.advance(60_000);
    equal((await stage.storage.notifications.settle(moves)).length, 1);
  });

  test("findOverdue() finds lost leases, uncertain rows whose wait is over, and pending rows past their expiry", async (stage) => {
    const { storage, advance } = stage;
    const lost = await sending(stage, "attempt-1");
    const uncertain = await sending(stage, "attempt-2");
    await storage.notifications.record([
      {
        ...acceptance(uncertain.notification, "attempt-2", uncertain.leaseToken, "none"),
        outcome: "uncertain",
        transition: transition("uncertain", { uncertainties: 1, dueInMs: 60_000 }),
      },
    ]);
    const held = await sending(stage, "attempt-3");
    await storage.notifications.record([
      {
        ...acceptance(held.notification, "attempt-3", held.leaseToken, "none"),
        outcome: "uncertain",
        // Only a receipt or a person can move it.
        transition: transition("uncertain", { uncertainties: 1, dueInMs: null }),
      },
    ]);
    const { createdAt } = await get(stage, lost.notification.id);
    const expiring = draft({
      expiresAt: new Date(createdAt.getTime() + 60_000),
      notBefore: new Date(createdAt.getTime() + 3e6),
    });
    await storage.notifications.insertMany([expiring, draft()]);
    equal(await storage.notifications.findOverdue({ limit: 10 }), []);
    await advance(60_000);
    const overdue = await storage.notifications.findOverdue({ limit: 10 });
    equal(
      overdue
        .map(({ notification, leaseToken, attemptOpen }) => [
          notification.id,
          notification.status,
          leaseToken,
          attemptOpen,
        ])
        .toSorted(),
      [
        [lost.notification.id, "sending", lost.leaseToken, true],
        [uncertain.notification.id, "uncertain", null, false],
        [expiring.id, "pending", null, false],
      ].toSorted(),
    );
    equal((await storage.notifications.findOverdue({ limit: 2 })).length, 2);
  });
}

async function inserted(storage: Parameters<typeof get>[0]["storage"], row: ReturnType<typeof draft>) {
  await storage.notifications.insertMany([row]);
  const [stored] = await storage.notifications.getMany([row.id]);
  if (!stored) throw new Error("insertMany() wrote nothing");
  return stored;
}
