/**
 * How figures read: durations, shares, moments. Pure; the same rules as in the desk's mails.
 */
import { texts } from "./texts.js";

const { second: S, minute: MIN, hour: H, day: D } = texts.units;

/** A duration in its two largest units, rounded to the smaller: 45 s, 12 min 58 s, 2 h 10 min, 3 d 4 h. */
export function duration(seconds) {
  if (seconds === null) return texts.nothing;
  const [whole, minutes, hours] = [1, 60, 3600].map((each) => Math.round(Math.max(0, seconds) / each));
  if (whole < 3600) return two(whole, S, 60, MIN);
  return minutes < 1440 ? two(minutes, MIN, 60, H) : two(hours, H, 24, D);
}

/** One that changes while it is looked at: to the minute, so that nothing on the screen flickers. */
export const lasting = (seconds) => duration(seconds < 60 ? seconds : Math.round(seconds / 60) * 60);

function two(amount, smallUnit, perLarge, largeUnit) {
  const told = [[Math.floor(amount / perLarge), largeUnit], [amount % perLarge, smallUnit]];
  return told.filter(([number]) => number).map((each) => each.join(" ")).join(" ") || `0 ${smallUnit}`;
}

/** A share of 0 to 1 in whole per cent; one that is not quite all never reads as 100 %, nor as 0 % if any. */
export function percent(share) {
  if (share === null) return texts.nothing;
  const whole = Math.round(share * 100);
  return `${share > 0 && share < 1 ? Math.min(99, Math.max(1, whole)) : whole} %`;
}

export const count = (number) => number.toLocaleString(texts.locale);

let timeZone;

/** Moments read in the brand's time zone, wherever the screen hangs. */
export const setTimeZone = (name) => (timeZone = name);

const format = (at, options) => new Intl.DateTimeFormat(texts.locale, { timeZone, hourCycle: "h23", ...options }).format(at * 1000);

export const time = (at) => format(at, { hour: "2-digit", minute: "2-digit" });
export const exactTime = (at) => format(at, { hour: "2-digit", minute: "2-digit", second: "2-digit" });
export const moment = (at) => format(at, { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });

/** As Swedes write it: 2026-03-02 13:00:00. */
const written = (at) => new Intl.DateTimeFormat("sv", { timeZone, dateStyle: "short", timeStyle: "medium" }).format(at * 1000);

/** The calendar day of a moment as the API takes it. */
export const day = (at) => written(at).slice(0, 10);

/** The hour of the week that a moment lies in, Monday being 0. */
export const hourOfWeek = (at) => ({ weekday: (new Date(day(at)).getUTCDay() + 6) % 7, hour: Number(written(at).slice(11, 13)) });
