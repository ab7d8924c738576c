import { words } from './words.js';

const two = (number) => String(number).padStart(2, '0');

/** 0.4s, 12s, 3:05, 1:02:03 */
export function duration(milliseconds) {
  const seconds = Math.max(0, milliseconds) / 1000;
  if (seconds < 10) return `${seconds.toFixed(1)}s`;
  if (seconds < 60) return `${Math.floor(seconds)}s`;
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, Math.floor(seconds) % 60];
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

export function ago(time, now) {
  const { ago: said, units } = words();
  const minutes = Math.floor((now - Date.parse(time)) / 60_000);
  if (minutes < 1) return units.now;
  if (minutes < 60) return said(minutes, units.m);
  return minutes < 60 * 24 ? said(Math.floor(minutes / 60), units.h) : said(Math.floor(minutes / 60 / 24), units.d);
}

const dayOf = (at) => `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
const clockOf = (at) => `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;

/** A time as it is where the page is looked at: 2026-11-24 09:00:30 */
export const moment = (time) => `${dayOf(new Date(time))} ${clockOf(new Date(time))}`;

/** The same, without the day where it is today. */
export const when = (time) => (dayOf(new Date(time)) === dayOf(new Date()) ? clockOf(new Date(time)) : moment(time));

/** How long something took, or takes so far; '' when it has not begun. */
export function lasting({ startedAt, endedAt }, now) {
  if (startedAt === null) return '';
  return duration((endedAt === null ? now : Date.parse(endedAt)) - Date.parse(startedAt));
}
