// Small helpers that make elements, and the parts of pages that are the same everywhere.
import { tone } from "./say.js";

export function h(tag, props, ...children) {
  return fill(document.createElement(tag), props, children);
}

export function s(tag, props, ...children) {
  return fill(document.createElementNS("http://www.w3.org/2000/svg", tag), props, children);
}

/** Appends; what is null or false is left out. */
export const put = (node, ...children) => fill(node, null, children);

function fill(node, props, children) {
  for (const [name, value] of Object.entries(props ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name === "style") Object.assign(node.style, value);
    else if (name === "value" || name === "checked" || name === "disabled") node[name] = value;
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat(Infinity).filter(child => child !== null && child !== undefined && child !== false));
  return node;
}

// States

export const badge = state => h("span", { class: `state ${tone(state)}` }, String(state).replaceAll("_", " ").toLowerCase());
export const tag = text => h("span", { class: "tag" }, text);
export const meter = share =>
  h(
    "div",
    {
      class: "meter",
      role: "progressbar",
      "aria-valuenow": Math.round(share * 100),
      "aria-valuemin": 0,
      "aria-valuemax": 100,
      "aria-label": "Progress",
    },
    h("i", { style: { width: `${Math.min(100, share * 100)}%` } }),
  );

// Parts of pages

export function head(title, { crumb, facts, actions } = {}) {
  document.title = `${title} · Skipper`;
  return h(
    "div",
    { class: "top" },
    h(
      "div",
      null,
      crumb && h("div", { class: "crumb" }, crumb),
      h("h1", null, title),
      facts && h("div", { class: "facts" }, facts),
    ),
    actions && h("div", { class: "actions" }, actions),
  );
}

export const fact = (name, ...value) =>
  value[0] === undefined || value[0] === null ? null : h("span", null, `${name} `, h("b", null, value));
export const button = (text, onclick, kind = "") => h("button", { type: "button", class: `act ${kind}`, onclick }, text);
export const part = (title, ...content) =>
  h(
    "section",
    { class: "part" },
    title && h("div", { class: "bar" }, typeof title === "string" ? h("h2", null, title) : title),
    content,
  );
export const panel = (...content) => h("div", { class: "panel" }, content);

/** Columns: [title, row => cell, class]. */
export function table(label, columns, rows) {
  return h(
    "div",
    { class: "panel scroll", tabindex: 0, role: "region", "aria-label": label },
    h(
      "table",
      null,
      h(
        "thead",
        null,
        h(
          "tr",
          null,
          columns.map(([title, , kind]) =>
            h("th", { class: kind, scope: "col" }, title || h("span", { class: "hidden" }, "Actions")),
          ),
        ),
      ),
      h(
        "tbody",
        null,
        rows.map(row =>
          h(
            "tr",
            null,
            columns.map(([, cell, kind]) => h("td", { class: kind }, cell(row) ?? "–")),
          ),
        ),
      ),
    ),
  );
}

export function empty(title, text, command) {
  return h(
    "div",
    { class: "panel empty" },
    h("h2", null, title),
    h("p", null, text),
    command && h("pre", { tabindex: 0 }, command.replaceAll("HOST", location.origin)),
  );
}

export const json = value => h("pre", { class: "tall", tabindex: 0 }, JSON.stringify(value, null, 2));
