// Whether the mesh is well: readiness, queues, workers, and messages that nobody could handle.
import { get, post } from "./api.js";
import { attempt, toast } from "./dialog.js";
import { badge, button, empty, h, head, part, put, table } from "./dom.js";
import { ago, duration, number } from "./say.js";

export async function view(root, _, signal) {
  const [checks, { queues }, { workers }, letters] = await Promise.all([
    get("/readyz", signal).catch(error => ({ checks: { gateway: { status: "failed", reason: error.message } } })),
    get("/queues", signal),
    get("/workers", signal),
    get("/dead-letters", signal),
  ]);
  put(
    root,
    head("Mesh", { facts: h("span", null, "Queues, who works on them, and what got stuck.") }),
    h(
      "div",
      { class: "tiles" },
      Object.entries(checks.checks).map(([name, check]) =>
        h(
          "div",
          { class: "panel tile" },
          h("span", null, name),
          h("div", null, badge(check.status)),
          check.reason && h("span", null, check.reason),
        ),
      ),
    ),
    part(
      "Queues",
      table(
        "Queues",
        [
          ["Queue", row => h("span", { class: "mono" }, row.queue)],
          [
            "State",
            row =>
              row.consumers === 0 && !row.queue.startsWith("skipper.dead")
                ? h("span", { class: `state ${row.waiting + row.queued_steps > 0 ? "warn" : ""}` }, "no worker")
                : badge("ok"),
          ],
          ["Consumers", row => number(row.consumers), "num"],
          ["Messages waiting", row => number(row.waiting), "num"],
          ["Steps queued", row => number(row.queued_steps), "num hide"],
          ["Steps running", row => number(row.running_steps), "num hide"],
        ],
        queues,
      ),
    ),
    part(
      "Workers",
      workers.length === 0
        ? empty(
            "No worker has had a step yet",
            "Workers show here once they have worked on a run. Services in other processes are started so:",
            "dotnet run --project Services.Training",
          )
        : table(
            "Workers",
            [
              ["Worker", row => h("span", { class: "mono" }, row.worker)],
              ["Queue", row => row.queue],
              ["Running", row => number(row.running), "num"],
              ["Succeeded", row => number(row.succeeded), "num"],
              ["Failed", row => number(row.failed), "num hide"],
              ["Last active", row => ago(row.last_active_at), "num soft"],
            ],
            workers,
          ),
    ),
    part(
      "Dead letters",
      letters.dead_letters.length === 0
        ? empty("None", "Messages that no handler could process end here, with the reason, and can be sent once more.")
        : table(
            "Dead letters",
            [
              ["Queue", row => h("span", { class: "mono" }, row.queue ?? "–")],
              ["Reason", row => row.reason],
              ["Age", row => duration(row.age_seconds), "num"],
              [
                "",
                row =>
                  h(
                    "div",
                    { class: "actions", style: { justifyContent: "flex-end" } },
                    button(
                      "Replay",
                      event =>
                        attempt(event.currentTarget, () => act(`/dead-letters/${row.id}/replay`, "POST", "Sent once more.")),
                      "slim",
                    ),
                    button(
                      "Delete",
                      event => attempt(event.currentTarget, () => act(`/dead-letters/${row.id}`, "DELETE", "Deleted.")),
                      "slim bad",
                    ),
                  ),
                "num",
              ],
            ],
            letters.dead_letters,
          ),
    ),
  );

  async function act(path, method, said) {
    await post(path, undefined, method);
    toast(said);
    root.replaceChildren();
    await view(root, _, signal);
  }
}
