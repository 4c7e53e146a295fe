/**
 * How figures read: durations, shares, moments. Pure; the same rules as in the desk's mails.
 */
import { texts } from "./texts.js";

const MINUTE = 60, HOUR = 3600, DAY = 86_400;
const { second: S, minute: MIN, hour: H, day: D } = texts.units;

/** A duration in its two largest units: 45 s, 13 min, 2 h 10 min, 3 d 4 h. */
export function duration(seconds) {
  if (seconds === null || seconds === undefined) return texts.nothing;
  const whole = Math.max(0, Math.round(seconds));
  if (whole < MINUTE) return `${whole} ${S}`;
  if (whole < HOUR) return `${Math.floor(whole / MINUTE)} ${MIN}`;
  if (whole < DAY) return two(Math.floor(whole / HOUR), H, Math.floor((whole % HOUR) / MINUTE), MIN);
  return two(Math.floor(whole / DAY), D, Math.floor((whole % DAY) / HOUR), H);
}

const two = (large, largeUnit, small, smallUnit) => `${large} ${largeUnit}${small ? ` ${small} ${smallUnit}` : ""}`;

/** A share of 0 to 1 in whole per cent; one that is not quite all never reads as 100 %, nor as 0 % if any. */
export function percent(share) {
  if (share === null || share === undefined) return texts.nothing;
  const whole = Math.round(share * 100);
  if (whole === 100 && share < 1) return "99 %";
  return whole === 0 && share > 0 ? "1 %" : `${whole} %`;
}

export const count = (number) => number.toLocaleString(texts.locale);

let timeZone;

/** Moments read in the brand's time zone, wherever the screen hangs. */
export const setTimeZone = (name) => (timeZone = name);

const format = (at, options) => new Intl.DateTimeFormat(texts.locale, { timeZone, hourCycle: "h23", ...options }).format(at * 1000);

export const time = (at) => format(at, { hour: "2-digit", minute: "2-digit" });
export const exactTime = (at) => format(at, { hour: "2-digit", minute: "2-digit", second: "2-digit" });
export const moment = (at) => format(at, { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });

/** The calendar day of a moment as the API takes it: 2026-03-02. */
export const day = (at) => new Intl.DateTimeFormat("en-CA", { timeZone, year: "numeric", month: "2-digit", day: "2-digit" }).format(at * 1000);

const WEEKDAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

/** The hour of the week that a moment lies in, Monday being 0. */
export function hourOfWeek(at) {
  const parts = new Intl.DateTimeFormat("en", { timeZone, weekday: "short", hour: "2-digit", hourCycle: "h23" }).formatToParts(at * 1000);
  const part = (type) => parts.find((each) => each.type === type).value;
  return { weekday: WEEKDAYS.indexOf(part("weekday")), hour: Number(part("hour")) };
}
