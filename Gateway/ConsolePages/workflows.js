// Workflows, their graphs and sources, and the schedules that start them.
import { get, post, text } from "./api.js";
import { ask, attempt, toast } from "./dialog.js";
import { badge, button, empty, fact, h, head, panel, part, put, table } from "./dom.js";
import { graph } from "./graph.js";
import { ago, duration } from "./say.js";
import { newRun } from "./submit.js";

const link = name => h("a", { href: `#/workflows/${encodeURIComponent(name)}` }, name);
const path = name => `/workflows/${encodeURIComponent(name)}`;

export const view = (root, [name], signal) => (name ? one(root, name, signal) : all(root, signal));

async function all(root, signal) {
  const [{ workflows }, { schedules }] = await Promise.all([get("/workflows", signal), get("/schedules", signal)]);
  put(
    root,
    head("Workflows", { facts: h("span", null, "Steps that run as one, by hand, by the clock, or when data arrives.") }),
    workflows.length === 0
      ? empty(
          "No workflows yet",
          "A workflow is a YAML file of steps. Upload a sample, and it is ready to run:",
          "curl -s -X PUT HOST/api/v1/skipper/workflows/housing \\\n  -H 'Content-Type: application/yaml' \\\n  --data-binary @samples/workflows/housing.yaml",
        )
      : table(
          "Workflows",
          [
            ["Workflow", row => link(row.name)],
            ["Newest version", row => row.version, "num"],
            ["Changed", row => ago(row.created_at), "num soft hide"],
            ["", row => button("Run", event => attempt(event.currentTarget, () => begin(row.name)), "slim"), "num"],
          ],
          workflows,
        ),
    part(
      "Schedules",
      schedules.length === 0
        ? empty(
            "No schedules yet",
            "A schedule runs a workflow by the clock, in a time zone, and never twice for one time:",
            'curl -s -X PUT HOST/api/v1/skipper/schedules/nightly \\\n  -H \'Content-Type: application/json\' \\\n  -d \'{"workflow":"housing","cron":"30 2 * * *","time_zone":"Europe/Berlin"}\'',
          )
        : table(
            "Schedules",
            [
              ["Schedule", row => [h("b", null, row.name), h("div", { class: "soft small" }, row.workflow)]],
              ["When", row => [h("code", null, row.cron), h("div", { class: "soft small" }, row.time_zone)]],
              [
                "Next",
                row =>
                  row.enabled
                    ? ago(row.next[0])
                    : h("span", { class: "soft" }, row.paused_reason ? `paused: ${row.paused_reason}` : "paused"),
                "hide",
              ],
              [
                "Last run",
                row => row.last_run && h("a", { href: `#/runs/${row.last_run.id}` }, badge(row.last_run.state)),
                "hide",
              ],
              [
                "",
                row =>
                  h(
                    "div",
                    { class: "actions", style: { justifyContent: "flex-end" } },
                    button(
                      "Run now",
                      event =>
                        attempt(event.currentTarget, async () => {
                          location.hash = `#/runs/${(await post(`/schedules/${row.name}/trigger`, {})).id}`;
                        }),
                      "slim",
                    ),
                    button(row.enabled ? "Pause" : "Resume", event => attempt(event.currentTarget, () => turn(row)), "slim"),
                  ),
                "num",
              ],
            ],
            schedules,
          ),
    ),
  );

  async function turn(schedule) {
    const done = schedule.enabled
      ? await ask({
          title: `Pause ${schedule.name}?`,
          text: "Its times are left out until it is resumed.",
          fields: [{ name: "reason", label: "Reason (optional)" }],
          action: "Pause",
          submit: ({ reason }) => post(`/schedules/${schedule.name}/pause`, { reason: reason || "Paused in the console." }),
        })
      : await post(`/schedules/${schedule.name}/resume`, {});
    if (!done) return;
    toast(schedule.enabled ? "Paused." : "Resumed.");
    root.replaceChildren();
    await all(root, signal);
  }
}

async function one(root, name, signal) {
  const [{ definition, version, created_at, digest }, shape, { versions }, { runs }, source] = await Promise.all([
    get(path(name), signal),
    get(`${path(name)}/graph`, signal),
    get(`${path(name)}/versions`, signal),
    get(`/runs?workflow=${encodeURIComponent(name)}&page_size=10`, signal),
    text(path(name), "application/yaml"),
  ]);
  put(
    root,
    head(name, {
      crumb: h("a", { href: "#/workflows" }, "Workflows"),
      facts: [
        definition.description && h("span", null, definition.description),
        fact("version", version),
        fact("changed", ago(created_at)),
        h("span", { class: "mono" }, digest.slice(0, 12)),
      ],
      actions: button("Run", event => attempt(event.currentTarget, () => begin(name)), "main"),
    }),
    panel(graph(shape, [], null, null)),
    part(
      "Recent runs",
      runs.length === 0
        ? empty("It has not run yet", "Press Run, or give it a schedule.")
        : table(
            "Recent runs",
            [
              ["Run", run => h("a", { class: "mono", href: `#/runs/${run.id}` }, run.id.slice(-12))],
              ["State", run => badge(run.state)],
              ["Took", run => duration(run.duration_seconds), "num"],
              ["Accepted", run => ago(run.created_at), "num soft hide"],
            ],
            runs,
          ),
    ),
    h(
      "details",
      { class: "panel pad" },
      h("summary", null, `Definition (${versions.length} version${versions.length === 1 ? "" : "s"})`),
      h("pre", { class: "tall", tabindex: 0 }, source),
    ),
  );
}

async function begin(name) {
  const { definition } = await get(path(name));
  const run = await newRun(name, definition.inputs);
  if (run) location.hash = `#/runs/${run}`;
}
