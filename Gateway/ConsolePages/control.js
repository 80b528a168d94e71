// What people do to a run.
import { post } from "./api.js";
import { ask, toast } from "./dialog.js";

export async function rerun(run, from) {
  const begun = await post(`/runs/${run.id}/rerun`, { from: from ?? (run.state === "succeeded" ? "all" : "failed") });
  toast("It runs again.");
  location.hash = `#/runs/${begun.id}`;
}

export async function cancel(run) {
  const done = await ask({
    title: `Cancel ${run.workflow}?`,
    text: "Its worker is told to stop. What it made until now is kept.",
    fields: [{ name: "reason", label: "Reason (optional)" }],
    action: "Cancel the run",
    submit: ({ reason }) => post(`/runs/${run.id}/cancel`, reason ? { reason } : {}),
  });
  if (done) toast(done.state === "cancelled" ? "The run is cancelled." : "The run is being cancelled.");
}
