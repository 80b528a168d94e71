// Says numbers, times and states the same way everywhere.
import { h } from "./dom.js";

export const number = value =>
  value === null || value === undefined
    ? "–"
    : Number.isInteger(value)
      ? value.toLocaleString("en-US")
      : Math.abs(value) >= 1e6 || (value !== 0 && Math.abs(value) < 1e-3)
        ? value.toExponential(2)
        : value.toLocaleString("en-US", { maximumSignificantDigits: 4 });

/** Numbers in a text of a worker, with digits that people read. */
export const tidy = text => (text ?? "").replace(/\d+\.\d{4,}/g, digits => number(Number(digits)));

export const percent = share => `${(share * 100).toLocaleString("en-US", { maximumFractionDigits: 1 })} %`;

export function duration(seconds) {
  if (seconds === null || seconds === undefined) return "–";
  if (seconds < 1) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
  return `${Math.floor(seconds / 3600)} h ${Math.round((seconds % 3600) / 60)} min`;
}

export const bytes = count =>
  count === null || count === undefined
    ? "–"
    : count < 1e6
      ? `${number(Math.round(count / 1e3))} kB`
      : count < 1e9
        ? `${number(Math.round(count / 1e6))} MB`
        : `${(count / 1e9).toFixed(1)} GB`;

/** How long ago, with the exact time for whoever points at it. */
export function ago(time) {
  if (!time) return "–";
  const node = h("time", { datetime: time, title: new Date(time).toLocaleString() });
  node.textContent = agoText(time);
  return node;
}

function agoText(time) {
  const seconds = (Date.now() - new Date(time)) / 1000;
  if (seconds < -5) return `in ${span(-seconds)}`;
  return seconds < 5 ? "now" : `${span(seconds)} ago`;
}

const span = seconds =>
  seconds < 60
    ? `${Math.floor(seconds)} s`
    : seconds < 3600
      ? `${Math.floor(seconds / 60)} min`
      : seconds < 172800
        ? `${Math.floor(seconds / 3600)} h`
        : `${Math.floor(seconds / 86400)} d`;

setInterval(
  () =>
    document.querySelectorAll("time[datetime]").forEach(node => {
      const now = agoText(node.getAttribute("datetime"));
      if (now !== node.textContent) node.textContent = now;
    }),
  5000,
);

export const clock = time => new Date(time).toLocaleTimeString("en-GB", { hour12: false });

const tones = {
  succeeded: "good",
  reused: "good",
  READY: "good",
  ok: "good",
  passed: "good",
  pass: "good",
  success: "good",
  stable: "good",
  failed: "bad",
  timed_out: "bad",
  upstream_failed: "bad",
  UNAVAILABLE: "bad",
  fail: "bad",
  drift: "bad",
  drifted: "bad",
  running: "running",
  dispatched: "running",
  LOADING: "running",
  cancelling: "warn",
  warn: "warn",
  warning: "warn",
};

export const tone = state => tones[state] ?? "";
export const isFinal = state => ["succeeded", "failed", "timed_out", "cancelled"].includes(state);
