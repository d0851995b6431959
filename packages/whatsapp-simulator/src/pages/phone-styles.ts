/** The phone: its frame, its head, the wallpaper and the box to write back. */
export const phoneStyles = `.phone {
  display: flex;
  flex-direction: column;
  height: 590px;
  overflow: hidden;
  border: 7px solid var(--card);
  border-radius: 34px;
  background: var(--card);
  box-shadow: var(--lift);
  scroll-margin: 20px;
}

.phone:target {
  outline: 2px solid color-mix(in srgb, var(--accent) 45%, transparent);
  outline-offset: 3px;
}

.head {
  display: flex;
  gap: 11px;
  align-items: center;
  padding: 9px 13px 11px;
}

.head > div {
  min-width: 0;
}

.head h2 {
  overflow: hidden;
  font-size: 15.5px;
  font-weight: 600;
  line-height: 1.25;
  text-overflow: ellipsis;
  white-space: nowrap;
}

.head p {
  color: var(--soft);
  font-size: 12.5px;
  font-variant-numeric: tabular-nums;
}

.typing {
  color: var(--accent);
}

.badge {
  display: inline-flex;
  flex: none;
  gap: 6px;
  align-items: center;
  margin-left: auto;
  padding: 3px 10px;
  border-radius: 99px;
  background: var(--well);
  color: var(--soft);
  font-size: 11.5px;
}

.badge.open {
  background: var(--good-wash);
  color: color-mix(in srgb, var(--accent) 80%, var(--ink));
}

.badge.bad {
  background: var(--bad-wash);
  color: var(--bad);
}

.avatar {
  display: grid;
  flex: none;
  place-items: center;
  width: 40px;
  height: 40px;
  border-radius: 50%;
  background: color-mix(in srgb, var(--tint) 20%, var(--card));
  color: color-mix(in srgb, var(--tint) 76%, var(--ink));
  font-size: 14.5px;
  font-weight: 640;
  letter-spacing: 0.01em;
}

.tint-0 { --tint: #0d9488; }
.tint-1 { --tint: #2f80d1; }
.tint-2 { --tint: #8457d6; }
.tint-3 { --tint: #c2498c; }
.tint-4 { --tint: #d0662b; }
.tint-5 { --tint: #4f8f2f; }
.tint-6 { --tint: #b58a14; }
.tint-7 { --tint: #5a6fd8; }

.screen {
  position: relative;
  display: flex;
  flex: 1;
  flex-direction: column;
  min-height: 0;
  overflow: hidden;
  border-radius: 20px 20px 27px 27px;
  background: var(--wall);
  isolation: isolate;
}

.thread {
  display: flex;
  flex: 1;
  /* Starts at the newest message and stays there, without a script. */
  flex-direction: column-reverse;
  min-height: 0;
  overflow-y: auto;
  scrollbar-width: thin;
  scrollbar-color: var(--doodle) transparent;
}

.bubbles {
  display: flex;
  flex: 1 0 auto;
  flex-direction: column;
  gap: 7px;
  padding: 13px 12px 15px;
}

.quiet {
  margin: auto;
  padding: 5px 13px;
  border-radius: 99px;
  background: var(--chip);
  color: var(--soft);
  font-size: 13px;
}

.reply {
  display: flex;
  gap: 8px;
  align-items: center;
  padding: 8px;
}

.reply input {
  flex: 1;
  min-width: 0;
  padding: 9px 15px;
  border: 0;
  border-radius: 99px;
  background: var(--in);
  box-shadow: var(--shade);
  color: var(--ink);
  font: inherit;
}

.reply input::placeholder {
  color: var(--soft);
}

.reply button {
  display: grid;
  flex: none;
  place-items: center;
  width: 39px;
  height: 39px;
  padding: 0;
  border: 0;
  border-radius: 50%;
  background: var(--accent);
  cursor: pointer;
}

.reply button svg {
  width: 20px;
  fill: var(--card);
}

:is(input, select, button, a, .thread):focus-visible {
  outline: 2px solid var(--accent);
  outline-offset: 2px;
}
`;
