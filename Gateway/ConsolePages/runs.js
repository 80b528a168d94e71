// All runs, as they change.
import { follow, get } from "./api.js";
import { attempt } from "./dialog.js";
import { button, empty, h, head, put } from "./dom.js";
import { number } from "./say.js";
import { newTask, newTraining } from "./submit.js";
import { line } from "./runline.js";

const filters = [
  ["All", null],
  ["Open", ["accepted", "running"]],
  ["Succeeded", ["succeeded"]],
  ["Failed", ["failed", "timed_out"]],
  ["Cancelled", ["cancelled"]],
];
const pageSize = 50;

/** When so many runs have come while one looks, the list begins again with its first page. */
const most = 250;
let picked = 0;
let wanted = "";

export async function view(root, _, signal) {
  const runs = new Map();
  const rows = new Map();
  let next = null;
  let live = false;
  let turn = 0;
  let loaded = 0;

  const chips = h(
    "div",
    { class: "chips", role: "group", "aria-label": "State" },
    filters.map(([name], index) =>
      h(
        "button",
        { type: "button", "aria-pressed": String(index === picked), onclick: event => pick(index, event.currentTarget) },
        name,
      ),
    ),
  );
  const search = h("input", {
    type: "search",
    class: "search",
    placeholder: "Workflow or task type",
    "aria-label": "Workflow or task type",
    value: wanted,
  });
  const body = h("tbody");
  const list = h(
    "div",
    { class: "panel scroll", tabindex: 0, role: "region", "aria-label": "Runs" },
    h(
      "table",
      null,
      h(
        "thead",
        null,
        h(
          "tr",
          null,
          ["Run", "State", "Progress"].map(title =>
            h("th", { scope: "col", class: title === "Progress" ? "hide" : null }, title),
          ),
          h("th", { scope: "col", class: "num hide" }, "Took"),
          h("th", { scope: "col", class: "num hide" }, "Accepted"),
          h("th", { scope: "col" }, h("span", { class: "hidden" }, "Actions")),
        ),
      ),
      body,
    ),
  );
  const none = h("div");
  const more = button("Older runs", () => attempt(more, async () => add(await read(next))));
  const count = h("span", { class: "soft small", "aria-live": "off" });

  put(
    root,
    head("Runs", {
      facts: [h("span", null, "What the mesh does and did, as it happens.")],
      actions: [button("New task", () => start(newTask)), button("Train a model", () => start(newTraining), "main")],
    }),
    h(
      "section",
      { class: "part" },
      h("div", { class: "bar" }, chips, search),
      list,
      none,
      h("div", { class: "bar" }, count, more),
    ),
  );

  let typing;
  search.addEventListener("input", () => {
    clearTimeout(typing);
    typing = setTimeout(() => {
      wanted = search.value.trim();
      reload();
    }, 250);
  });

  function pick(index, chip) {
    picked = index;
    for (const other of chips.children) other.setAttribute("aria-pressed", String(other === chip));
    reload();
  }

  const fits = run => (filters[picked][1]?.includes(run.state) ?? true) && (wanted === "" || run.workflow === wanted);

  async function reload() {
    const mine = ++turn;
    live = false;
    const page = await read(null);
    if (mine !== turn) return;
    runs.clear();
    rows.clear();
    body.replaceChildren();
    loaded = 0;
    add(page);
    live = true;
    apply();
  }

  async function read(token) {
    const query = new URLSearchParams({ page_size: pageSize });
    if (filters[picked][1]) query.set("state", filters[picked][1].join());
    if (wanted) query.set("workflow", wanted);
    if (token) query.set("page_token", token);
    return get(`/runs?${query}`, signal);
  }

  function add(page) {
    next = page.next_page_token ?? null;
    loaded += page.runs.length;
    for (const run of page.runs) take(run, false);
    finish();
  }

  /** Puts a run where it belongs: ids are times, so the newest is the greatest. */
  function take(run, isNew) {
    const known = runs.get(run.id);
    if (known && known.rev > run.rev) return;
    runs.set(run.id, { ...run, progress: run.progress ?? known?.progress });
    const row = rows.get(run.id);
    if (!fits(run)) {
      row?.remove();
      rows.delete(run.id);
      return;
    }
    const made = line(runs.get(run.id));
    if (row) swap(row, made);
    else if (isNew) {
      made.className = "fresh";
      let place = body.firstElementChild;
      while (place && place.id > made.id) place = place.nextElementSibling;
      body.insertBefore(made, place);
    } else body.append(made);
    rows.set(run.id, made);
  }

  /** Whoever is on a link or button of the row stays there. */
  function swap(row, made) {
    const held = row.contains(document.activeElement) ? document.activeElement.tagName : null;
    row.replaceWith(made);
    if (held) made.querySelector(held)?.focus();
  }

  function finish() {
    more.hidden = next === null;
    list.hidden = rows.size === 0;
    count.textContent = rows.size === 0 ? "" : `${number(rows.size)} shown`;
    none.replaceChildren(
      rows.size > 0
        ? ""
        : picked === 0 && wanted === ""
          ? empty(
              "No runs yet",
              "A run is a task or a workflow that outlives crashes. Train a model with the button above, or from a shell:",
              'curl -s HOST/api/v1/skipper/tasks/execute_async \\\n  -H \'Content-Type: application/json\' \\\n  -d \'{"task_type":"training","payload":"0.2"}\'',
            )
          : empty("Nothing fits", "No run has this state and this workflow. Names are compared as a whole."),
    );
  }

  async function start(dialog) {
    const run = await dialog();
    if (run) location.hash = `#/runs/${run}`;
  }

  // Changes come in bunches; each bunch is one pass over the table.
  let bunch = [];
  function apply() {
    if (!live || signal.aborted) return;
    const changed = bunch;
    bunch = [];
    const oldest = next ? [...runs.keys()].sort()[0] : "";
    for (const run of changed) if (runs.has(run.id) || run.id > oldest) take(run, true);
    finish();
    if (rows.size > loaded + most) reload();
  }

  void follow("/runs/events", signal, (_, run) => {
    if (bunch.push(run) === 1) setTimeout(apply, 50);
  });
  await reload();
}
