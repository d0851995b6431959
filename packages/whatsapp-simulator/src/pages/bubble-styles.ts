/** Bubbles, ticks and the buttons under a message. */
export const bubbleStyles = `.day {
  align-self: center;
  margin: 2px 0 4px;
  padding: 4px 11px;
  border-radius: 8px;
  background: var(--chip);
  box-shadow: var(--shade);
  color: var(--soft);
  font-size: 11.5px;
}

.message {
  display: flex;
  flex-direction: column;
  gap: 3px;
  max-width: 88%;
}

.from-business {
  align-self: start;
}

.from-person {
  align-self: end;
}

.bubble {
  padding: 7px 10px 5px;
  border-radius: 4px 14px 14px 14px;
  background: var(--in);
  box-shadow: var(--shade);
}

.from-person .bubble {
  border-radius: 14px 4px 14px 14px;
  background: var(--out);
}

.from-person :is(.meta, .quoted) {
  color: color-mix(in srgb, var(--ink) 62%, var(--out));
}

.bubble-header {
  margin-bottom: 2px;
  font-weight: 650;
}

.text {
  overflow-wrap: anywhere;
  white-space: pre-wrap;
}

.text strong {
  font-weight: 650;
}

.text a,
.under {
  color: var(--link);
  text-decoration: none;
}

.text code {
  padding: 0 4px;
  border-radius: 5px;
  background: var(--line);
  font: 0.9em ui-monospace, SFMono-Regular, Menlo, Consolas, monospace;
}

.text code.block {
  padding: 0;
  background: none;
}

.quote {
  display: inline-block;
  padding-left: 8px;
  border-left: 3px solid var(--tick);
  color: var(--soft);
}

.item {
  display: inline-block;
  padding-left: 12px;
  text-indent: -11px;
}

.quoted {
  margin: 0 -4px 5px;
  padding: 4px 9px;
  overflow: hidden;
  border-left: 3px solid var(--accent);
  border-radius: 7px;
  background: var(--line);
  font-size: 13px;
  text-overflow: ellipsis;
  white-space: nowrap;
}

.footer {
  margin-top: 4px;
  color: var(--soft);
  font-size: 12.5px;
}

.meta {
  display: flex;
  gap: 4px;
  align-items: center;
  justify-content: end;
  margin-top: 1px;
  color: var(--soft);
  font-size: 11px;
  font-variant-numeric: tabular-nums;
}

.ticks {
  display: inline-flex;
  color: var(--tick);
}

.ticks svg {
  width: 17px;
  fill: none;
  stroke: currentcolor;
  stroke-width: 1.5;
  stroke-linecap: round;
  stroke-linejoin: round;
}

.ticks.read {
  color: var(--blue);
}

.ticks.failed {
  color: var(--bad);
}

.ticks .disc {
  fill: currentcolor;
  stroke: none;
}

.ticks .bang {
  stroke: var(--in);
}

.buttons {
  display: grid;
  gap: 3px;
}

.buttons form {
  display: contents;
}

.under {
  display: flex;
  gap: 7px;
  align-items: center;
  justify-content: center;
  width: 100%;
  min-height: 37px;
  padding: 6px 12px;
  border: 0;
  border-radius: 11px;
  background: var(--in);
  box-shadow: var(--shade);
  font: inherit;
  font-weight: 500;
  overflow-wrap: anywhere;
}

button.under {
  cursor: pointer;
}

:is(button, a).under:hover {
  background: color-mix(in srgb, var(--link) 9%, var(--in));
}

.under svg {
  flex: none;
  width: 16px;
  fill: none;
  stroke: currentcolor;
  stroke-width: 1.6;
  stroke-linecap: round;
  stroke-linejoin: round;
}

.lost :is(.bubble, .under) {
  background: color-mix(in srgb, var(--in) 55%, transparent);
  box-shadow: inset 0 0 0 1px var(--line);
  color: var(--soft);
}

.failure {
  padding: 4px 10px;
  border-radius: 9px;
  background: var(--bad-wash);
  color: var(--bad);
  font-size: 12.5px;
}
`;
