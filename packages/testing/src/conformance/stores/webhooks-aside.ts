import type { KeptPiece, UnreadPiece } from "@callboard/core/adapter";
import { awkwardTexts } from "./awkward-texts.js";
import type { Stage } from "./stage.js";

const piece = (body: string, changes: Partial<UnreadPiece> = {}): UnreadPiece => ({
  channel: "whatsapp",
  hash: "a".repeat(64),
  reason: "No reader for the field.",
  body,
  ...changes,
});

const withoutTime = ({ keptAt: _, ...rest }: KeptPiece): UnreadPiece => rest;

export function webhooksAsideConformance<Tx>({ runner: { equal, ok }, test }: Stage<Tx>): void {
  test("setAside() keeps pieces, and listAside() gives them newest first, up to its limit", async ({
    storage: { webhooks },
    advance,
  }) => {
    await webhooks.setAside([piece("1"), piece("2")]);
    await advance(1_000);
    await webhooks.setAside([piece("3")]);
    await webhooks.setAside([]);
    const kept = await webhooks.listAside({ limit: 10 });
    equal(kept.map(withoutTime), [piece("3"), piece("2"), piece("1")]);
    const [newest, , oldest] = kept.map(({ keptAt }) => keptAt.getTime());
    ok(Number(newest) - Number(oldest) >= 1_000, "it is kept by the store's clock");
    equal((await webhooks.listAside({ limit: 2 })).map(withoutTime), [piece("3"), piece("2")]);
  });

  test("setAside() keeps the same piece once, and tells pieces apart by body, reason, hash and channel", async ({
    storage: { webhooks },
  }) => {
    const different = [
      ...[piece("1"), piece("1", { reason: "No phone." }), piece("1", { hash: "b".repeat(64) })],
      ...[piece("1", { channel: "sms" }), piece("2")],
    ];
    await Promise.all(Array.from({ length: 20 }, () => webhooks.setAside([...different, piece("1")])));
    const kept = (await webhooks.listAside({ limit: 100 })).map(withoutTime);
    const key = (one: UnreadPiece) => JSON.stringify([one.channel, one.hash, one.reason, one.body]);
    equal(kept.map(key).toSorted(), different.map(key).toSorted());
  });

  test("setAside() keeps texts to the letter, and also one that was cut in the middle of a character", async ({
    storage: { webhooks },
  }) => {
    const texts = [...awkwardTexts, "x".repeat(64_000)];
    await webhooks.setAside(texts.map((text) => piece(text, { reason: text })));
    const kept = (await webhooks.listAside({ limit: 100 })).map(withoutTime);
    equal(
      kept.toReversed(),
      texts.map((text) => piece(text, { reason: text })),
    );
    await webhooks.setAside([piece("cut 👩".slice(0, -1)), piece("👩 cut".slice(1))]);
    equal(
      (await webhooks.listAside({ limit: 2 })).map(({ body }) => body.slice(1, 4)),
      [" cu", "ut "],
    );
  });

  test("forgetAside() deletes what was set aside longer ago, and says how many", async ({
    storage: { webhooks },
    advance,
  }) => {
    await webhooks.setAside([piece("1"), piece("2")]);
    await advance(10_000);
    await webhooks.setAside([piece("3")]);
    equal(await webhooks.forgetAside({ olderThanMs: 60_000 }), 0);
    equal(await webhooks.forgetAside({ olderThanMs: 9_000 }), 2);
    equal((await webhooks.listAside({ limit: 10 })).map(withoutTime), [piece("3")]);
    equal(await webhooks.forgetAside({ olderThanMs: 9_000 }), 0);
  });
}
