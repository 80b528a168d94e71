// The graph of a workflow.
import { h, s } from "./dom.js";
import { tone } from "./say.js";

/** The steps of a workflow, each column after what it needs. */
export function graph(shape, steps, picked, pick) {
  const needs = Map.groupBy(shape.edges, edge => edge.to);
  const column = new Map();
  const depth = id =>
    column.get(id) ??
    (column.set(id, 0),
    column.set(id, Math.max(-1, ...(needs.get(id) ?? []).map(edge => depth(edge.from))) + 1),
    column.get(id));
  shape.nodes.forEach(node => depth(node.id));
  const columns = [...Map.groupBy(shape.nodes, node => column.get(node.id)).entries()]
    .sort(([a], [b]) => a - b)
    .map(([, nodes]) => nodes);
  const w = 148,
    high = 54,
    gapX = 44,
    gapY = 18;
  const tall = Math.max(...columns.map(nodes => nodes.length)) * (high + gapY) - gapY;
  const place = new Map(
    columns.flatMap((nodes, i) =>
      nodes.map((node, j) => [
        node.id,
        [1 + i * (w + gapX), 1 + (tall - nodes.length * (high + gapY) + gapY) / 2 + j * (high + gapY)],
      ]),
    ),
  );
  const wide = columns.length * (w + gapX) - gapX + 2;
  const state = id => steps.find(step => step.step === id)?.state ?? "waiting";
  const items = id => steps.filter(step => step.name === id && step.item !== undefined);
  return h(
    "div",
    { class: "graph", tabindex: 0, role: "group", "aria-label": "Graph of steps" },
    s(
      "svg",
      { width: wide, height: tall + 2, viewBox: `0 0 ${wide} ${tall + 2}` },
      shape.edges.map(edge => {
        const [x1, y1] = place.get(edge.from),
          [x2, y2] = place.get(edge.to),
          middle = (x1 + w + x2) / 2;
        return s("path", {
          class: `edge ${tone(state(edge.from)) === "good" ? "done" : ""}`,
          d: `M${x1 + w},${y1 + high / 2} C${middle},${y1 + high / 2} ${middle},${y2 + high / 2} ${x2},${y2 + high / 2}`,
        });
      }),
      shape.nodes.map(node => {
        const [x, y] = place.get(node.id),
          parts = items(node.id);
        const now = parts.some(part => tone(part.state) === "running") ? "running" : state(node.id);
        const sub =
          steps.length === 0
            ? node.task
            : parts.length > 0
              ? `${parts.filter(part => part.state === "succeeded").length} of ${parts.length} done`
              : now.replaceAll("_", " ");
        const chosen = picked === node.id || parts.some(part => part.step === picked);
        return s(
          "g",
          {
            class: `node ${steps.length > 0 ? tone(now) : ""} ${chosen ? "picked" : ""}`,
            tabindex: pick ? 0 : null,
            role: pick ? "button" : null,
            onclick: pick && (() => pick(node.id)),
            onkeydown:
              pick &&
              (event => {
                if (event.key === "Enter" || event.key === " ") {
                  event.preventDefault();
                  pick(node.id);
                }
              }),
          },
          s("rect", { x, y, width: w, height: high, rx: 10 }),
          s("text", { x: x + 14, y: y + 23 }, cut(node.id, 17)),
          s("text", { class: "sub", x: x + 14, y: y + 40 }, cut(sub, 22)),
          node.foreach && s("text", { class: "sub", x: x + w - 12, y: y + 23, "text-anchor": "end" }, "×n"),
        );
      }),
    ),
  );
}

const cut = (text, most) => (text.length > most ? `${text.slice(0, most - 1)}…` : text);
