import { html } from "./html.js";

const check = "M1 6.6 4.2 9.8 11 2.6";
const secondCheck = "M7.6 9.2 8.2 9.8 15 2.6";

/** One tick: the message has left the server. */
export const oneTick = html`<svg viewBox="0 0 16 12" aria-hidden="true"><path d="${check}"/></svg>`;

/** Two ticks: the message is on the phone. Their colour tells whether it was read. */
export const twoTicks = html`<svg viewBox="0 0 16 12" aria-hidden="true"><path d="${check}"/><path d="${secondCheck}"/></svg>`;

/** A clock: accepted, but nothing has happened yet. */
export const waiting = html`<svg viewBox="0 0 16 12" aria-hidden="true"><circle cx="8" cy="6" r="4.6"/><path d="M8 3.4V6l1.8 1.2"/></svg>`;

/** An exclamation mark in a disc: the message did not arrive. */
export const alarm = html`<svg viewBox="0 0 16 12" aria-hidden="true"><circle class="disc" cx="8" cy="6" r="5.4"/><path class="bang" d="M8 3v3.4M8 8.7v.1"/></svg>`;

export const replyArrow = html`<svg viewBox="0 0 16 16" aria-hidden="true"><path d="M6.5 3.5 2.5 7.5l4 4M3 7.5h6.5c2.500 0 4 1.500 4 4v1"/></svg>`;

export const openArrow = html`<svg viewBox="0 0 16 16" aria-hidden="true"><path d="M9 3h4v4M13 3 7.500 8.500M11 9.500V13H3V5h3.500"/></svg>`;

export const paperPlane = html`<svg viewBox="0 0 24 24" aria-hidden="true"><path d="M4 4.600 20.500 12 4 19.400l2.200-6.200 7.300-1.200-7.300-1.200z"/></svg>`;

export const emptyBubble = html`<svg viewBox="0 0 64 64" aria-hidden="true"><rect x="18" y="4" width="28" height="56" rx="7"/><path d="M28 54h8M25 18h14a3 3 0 0 1 3 3v8a3 3 0 0 1-3 3h-8l-5 4.500V32h-1a3 3 0 0 1-3-3v-8a3 3 0 0 1 3-3z"/></svg>`;

export const emptyTemplate = html`<svg viewBox="0 0 64 64" aria-hidden="true"><rect x="12" y="6" width="40" height="52" rx="7"/><path d="M22 20h20M22 29h20M22 38h11"/></svg>`;
