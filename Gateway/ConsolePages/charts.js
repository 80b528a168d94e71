// A few small charts, drawn as SVG: nothing to install, nothing to load from elsewhere.
import { h, s } from "./dom.js";
import { number, percent } from "./say.js";

const width = 320,
  height = 180,
  left = 44,
  bottom = 24,
  right = 8,
  top = 8;
const spanX = width - left - right,
  spanY = height - top - bottom;

function frame(label, [x0, x1], [y0, y1], ...marks) {
  const x = value => left + ((value - x0) / (x1 - x0 || 1)) * spanX;
  const y = value => height - bottom - ((value - y0) / (y1 - y0 || 1)) * spanY;
  return s(
    "svg",
    { class: "chart", viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": label },
    ticks(y0, y1, 4).map(value => [
      s("line", { class: "gridline", x1: left, x2: width - right, y1: y(value), y2: y(value) }),
      s("text", { x: left - 6, y: y(value) + 4, "text-anchor": "end" }, number(value)),
    ]),
    ticks(x0, x1, 5).map(value => s("text", { x: x(value), y: height - 6, "text-anchor": "middle" }, number(value))),
    marks.map(mark => mark(x, y)),
  );
}

/** Round numbers within a range. */
function ticks(from, to, count) {
  const step = 10 ** Math.floor(Math.log10((to - from) / count || 1));
  const size = [1, 2, 5, 10].map(times => times * step).find(size => (to - from) / size <= count) ?? step * 10;
  const found = [];
  for (let value = Math.ceil(from / size) * size; value <= to + size * 1e-6; value += size)
    found.push(Number(value.toPrecision(10)));
  return found;
}

const range = values => {
  const low = Math.min(...values),
    high = Math.max(...values),
    pad = (high - low) * 0.04 || 1;
  return [low - pad, high + pad];
};

/** Bars over their bins, [{from, to, count}]. */
export function histogram(label, bins) {
  const most = Math.max(1, ...bins.map(bin => bin.count));
  return frame(label, [bins[0].from, bins.at(-1).to], [0, most * 1.05], (x, y) =>
    bins.map(bin =>
      s(
        "rect",
        {
          class: "bar",
          x: x(bin.from) + 0.5,
          y: y(bin.count),
          width: Math.max(1, x(bin.to) - x(bin.from) - 1),
          height: height - bottom - y(bin.count),
          rx: 1,
        },
        s("title", null, `${number(bin.from)} to ${number(bin.to)}: ${number(bin.count)}`),
      ),
    ),
  );
}

/** Shares of two groups side by side over the same bins: the pale one is what was before. */
export function compared(label, before, now) {
  const most = Math.max(0.01, ...before, ...now),
    size = spanX / before.length;
  return frame(label, [0, before.length], [0, most * 1.05], (_, y) =>
    before.map((share, i) =>
      [
        [share, "pale", 0],
        [now[i], "", 1],
      ].map(([value, kind, place]) =>
        s(
          "rect",
          {
            class: `bar ${kind}`,
            x: left + i * size + size * (0.1 + 0.4 * place),
            y: y(value),
            width: size * 0.38,
            height: height - bottom - y(value),
          },
          s("title", null, percent(value)),
        ),
      ),
    ),
  );
}

/** Predicted over actual; on the dashed line they are the same. */
export function scatter(label, xs, ys) {
  const both = range([...xs, ...ys]);
  return frame(
    label,
    both,
    both,
    (x, y) => s("line", { class: "ideal", x1: x(both[0]), y1: y(both[0]), x2: x(both[1]), y2: y(both[1]) }),
    (x, y) =>
      xs.map((value, i) =>
        s(
          "circle",
          { class: "point", cx: x(value), cy: y(ys[i]), r: 3 },
          s("title", null, `${number(ys[i])}, truth ${number(value)}`),
        ),
      ),
  );
}

/** Lines over the numbers of their values; missing values are bridged. */
export function lines(label, series) {
  const points = series.map(values => values.map((value, i) => [i, value]).filter(([, value]) => Number.isFinite(value)));
  const all = points.flat();
  return frame(label, [0, Math.max(1, ...all.map(([i]) => i))], range(all.map(([, value]) => value)), (x, y) =>
    points.map((line, i) =>
      s("polyline", {
        class: `line ${i > 0 ? "second" : ""}`,
        points: line.map(([at, value]) => `${x(at).toFixed(1)},${y(value).toFixed(1)}`).join(" "),
      }),
    ),
  );
}

/** Observed over predicted probability. */
export function curve(label, pairs) {
  return frame(label, [0, 1], [0, 1], (x, y) => [
    s("line", { class: "ideal", x1: x(0), y1: y(0), x2: x(1), y2: y(1) }),
    s("polyline", { class: "line", points: pairs.map(([a, b]) => `${x(a)},${y(b)}`).join(" ") }),
    pairs.map(([a, b]) => s("circle", { class: "point", cx: x(a), cy: y(b), r: 3.5 })),
  ]);
}

/** Bars that lie; values below zero go to the left of the middle. */
export function hbars(rows, say = number) {
  const most = Math.max(1e-12, ...rows.map(([, value]) => Math.abs(value)));
  const signed = rows.some(([, value]) => value < 0);
  return h(
    "div",
    { class: "hbars" },
    rows.map(([name, value]) => {
      const size = (Math.abs(value) / most) * (signed ? 50 : 100);
      return [
        h("span", { title: name }, name),
        h(
          "div",
          { class: "track" },
          h("i", {
            class: value < 0 ? "less" : "",
            style: { width: `${size}%`, left: signed ? `${value < 0 ? 50 - size : 50}%` : "0" },
          }),
        ),
        h("b", null, say(value)),
      ];
    }),
  );
}

export const legend = (...names) =>
  h(
    "div",
    { class: "legend" },
    names.map(([name, kind]) => h("span", null, h("i", { class: kind }), name)),
  );
export const figure = (title, chart, ...notes) => h("figure", { class: "panel pad" }, h("h3", null, title), chart, notes);
