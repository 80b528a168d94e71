// Small helpers that make elements, and say things the same way everywhere.
export function h(tag, props, ...children) {
  return fill(document.createElement(tag), props, children);
}

export function s(tag, props, ...children) {
  return fill(document.createElementNS("http://www.w3.org/2000/svg", tag), props, children);
}

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

// Numbers and times

export const number = value => value === null || value === undefined ? "–"
  : Number.isInteger(value) ? value.toLocaleString("en-US")
    : Math.abs(value) >= 1e6 || (value !== 0 && Math.abs(value) < 1e-3) ? value.toExponential(2)
      : value.toLocaleString("en-US", { maximumSignificantDigits: 4 });

export const percent = share => `${(share * 100).toLocaleString("en-US", { maximumFractionDigits: 1 })} %`;

export function duration(seconds) {
  if (seconds === null || seconds === undefined) return "–";
  if (seconds < 1) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
  return `${Math.floor(seconds / 3600)} h ${Math.round(seconds % 3600 / 60)} min`;
}

export const bytes = count => count === null || count === undefined ? "–"
  : count < 1e6 ? `${number(Math.round(count / 1e3))} kB` : count < 1e9 ? `${number(Math.round(count / 1e6))} MB` : `${(count / 1e9).toFixed(1)} GB`;

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

const span = seconds => seconds < 60 ? `${Math.floor(seconds)} s` : seconds < 3600 ? `${Math.floor(seconds / 60)} min`
  : seconds < 172800 ? `${Math.floor(seconds / 3600)} h` : `${Math.floor(seconds / 86400)} d`;

setInterval(() => document.querySelectorAll("time[datetime]").forEach(node => {
  const now = agoText(node.getAttribute("datetime"));
  if (now !== node.textContent) node.textContent = now;
}), 5000);

export const clock = time => new Date(time).toLocaleTimeString("en-GB", { hour12: false });

// States

const tones = {
  succeeded: "good", reused: "good", READY: "good", ok: "good", passed: "good", pass: "good", success: "good", stable: "good",
  failed: "bad", timed_out: "bad", upstream_failed: "bad", UNAVAILABLE: "bad", fail: "bad", drift: "bad", drifted: "bad",
  running: "running", dispatched: "running", LOADING: "running", cancelling: "warn", warn: "warn", warning: "warn",
};

export const tone = state => tones[state] ?? "";
export const badge = state => h("span", { class: `state ${tone(state)}` }, String(state).replaceAll("_", " ").toLowerCase());
export const tag = text => h("span", { class: "tag" }, text);
export const isFinal = state => ["succeeded", "failed", "timed_out", "cancelled"].includes(state);
export const meter = share => h("div", { class: "meter", role: "progressbar", "aria-valuenow": Math.round(share * 100), "aria-valuemin": 0, "aria-valuemax": 100, "aria-label": "Progress" },
  h("i", { style: { width: `${Math.min(100, share * 100)}%` } }));

// Parts of pages

export function head(title, { crumb, facts, actions } = {}) {
  document.title = `${title} · Skipper`;
  return h("div", { class: "top" },
    h("div", null, crumb && h("div", { class: "crumb" }, crumb), h("h1", null, title), facts && h("div", { class: "facts" }, facts)),
    actions && h("div", { class: "actions" }, actions));
}

export const fact = (name, ...value) => value[0] === undefined || value[0] === null ? null : h("span", null, `${name} `, h("b", null, value));
export const button = (text, onclick, kind = "") => h("button", { type: "button", class: `act ${kind}`, onclick }, text);
export const part = (title, ...content) => h("section", { class: "part" }, title && h("div", { class: "bar" }, typeof title === "string" ? h("h2", null, title) : title), content);
export const panel = (...content) => h("div", { class: "panel" }, content);

/** Columns: [title, row => cell, class]. */
export function table(label, columns, rows) {
  return h("div", { class: "panel scroll" }, h("table", { "aria-label": label },
    h("thead", null, h("tr", null, columns.map(([title, , kind]) => h("th", { class: kind, scope: "col" }, title)))),
    h("tbody", null, rows.map(row => h("tr", null, columns.map(([, cell, kind]) => h("td", { class: kind }, cell(row) ?? "–")))))));
}

export function empty(title, text, command) {
  return h("div", { class: "panel empty" }, h("h2", null, title), h("p", null, text), command && h("pre", { tabindex: 0 }, command.replaceAll("HOST", location.origin)));
}

export const json = value => h("pre", { class: "tall", tabindex: 0 }, JSON.stringify(value, null, 2));

export function toast(text, kind = "") {
  const node = h("div", { class: kind }, text);
  document.getElementById("toasts").append(node);
  setTimeout(() => node.remove(), 6000);
}

/** Does what a button is for; the button rests meanwhile, and what went wrong is said. */
export async function attempt(button, work) {
  if (button) button.disabled = true;
  try {
    return await work();
  } catch (error) {
    toast(error.message, "bad");
  } finally {
    if (button) button.disabled = false;
  }
}

/** Asks in a dialog; null where the person changed their mind. Fields: {name, label, type, value, options, required, rows}. */
export function ask({ title, text, fields = [], action = "OK", kind = "main", submit }) {
  return new Promise(done => {
    const inputs = fields.map(field => {
      const common = { name: field.name, required: field.required, placeholder: field.placeholder };
      const input = field.options ? h("select", common, field.options.map(option => h("option", { value: option.value ?? option }, option.label ?? option)))
        : field.type === "json" ? h("textarea", { ...common, rows: field.rows ?? 8, spellcheck: "false" }) : h("input", { ...common, type: field.type ?? "text", autocomplete: "off", step: "any" });
      if (field.value !== undefined) input.value = field.value;
      if (field.onchange) input.addEventListener("change", () => field.onchange(input.value, inputs));
      return h("label", { class: "field" }, field.label, input);
    });
    const error = h("p", { class: "note bad", role: "alert", hidden: true });
    const ok = h("button", { class: `act ${kind}` }, action);
    const form = h("form", { method: "dialog" }, h("h2", null, title), text && h("p", { class: "soft" }, text), inputs, error,
      h("div", { class: "actions" }, h("button", { type: "button", class: "act", onclick: () => dialog.close() }, "Back"), ok));
    const dialog = h("dialog", { "aria-label": title }, form);
    let answer = null;
    form.addEventListener("submit", async event => {
      event.preventDefault();
      const values = Object.fromEntries(new FormData(form));
      ok.disabled = true;
      try {
        answer = submit ? await submit(values) : values;
        dialog.close();
      } catch (problem) {
        error.textContent = problem.message;
        error.hidden = false;
      } finally {
        ok.disabled = false;
      }
    });
    dialog.addEventListener("close", () => { dialog.remove(); done(answer); });
    document.body.append(dialog);
    dialog.showModal();
  });
}
