import type { ContactPreference } from "@callboard/core/adapter";

/** What a person wants, by a word that they wrote. */
export type Wish = Pick<ContactPreference, "scope" | "optedOut">;

/**
 * Words with which people ask to be left alone. Only such as nobody writes for any other reason: "cancel" may mean an order,
 * "mira" (stop in Shona) means "look" in Spanish, and "acha" (stop in Swahili) means "all right" in Hindi.
 */
export const defaultOptOutWords: readonly string[] = [
  "stop",
  "stop all",
  "stopall",
  "unsubscribe",
  "opt out",
  "optout",
  "stopp",
  "abmelden",
  "afmelden",
  "baja",
  "darme de baja",
  "cancelar suscripción",
  "parar",
  "descadastrar",
  "arrêt",
  "désabonner",
  "se désabonner",
  "annulla iscrizione",
  "sitisha",
  "berhenti",
  "стоп",
  "отписаться",
  "توقف",
  "إيقاف",
  "إلغاء الاشتراك",
  "הסר",
  "बंद करें",
  "退订",
];

/** Words with which people who asked to be left alone ask to be told again. */
export const defaultOptInWords: readonly string[] = [
  "start",
  "unstop",
  "subscribe",
  "opt in",
  "optin",
  "anmelden",
  "aanmelden",
  "alta",
  "suscribirme",
  "cadastrar",
  "s'abonner",
  "старт",
  "подписаться",
  "اشتراك",
  "开始",
];

/** Reads the wish in a message that consists of such a word alone; `null` when it is about something else. */
export function wishReader(
  optOutWords: readonly string[],
  optInWords: readonly string[],
): (text: string) => Wish | null {
  const optedOutBy = new Map([
    ...optInWords.map((word) => [foldWord(word), false] as const),
    ...optOutWords.map((word) => [foldWord(word), true] as const),
  ]);
  return (text) => {
    // Nothing so long is one word, and folding takes its time.
    const optedOut = text.length > 80 ? undefined : optedOutBy.get(foldWord(text));
    return optedOut === undefined ? null : { scope: "everything", optedOut };
  };
}

/** A word as it is compared: without case, accents, punctuation and doubled spaces. Empty when nothing is left. */
export function foldWord(word: string): string {
  return word
    .toLowerCase()
    .normalize("NFKD")
    .replace(/[\u0300-\u036f\u064b-\u065f]/g, "")
    .replace(/[\p{P}\p{S}\p{C}\s]+/gu, " ")
    .trim();
}
