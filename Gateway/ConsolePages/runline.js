// A run as a line of the list.
import { cancel, rerun } from "./control.js";
import { attempt } from "./dialog.js";
import { badge, button, h, meter } from "./dom.js";
import { ago, duration, isFinal, tidy } from "./say.js";

export const line = run =>
  h(
    "tr",
    { id: `r${run.id}` },
    h(
      "td",
      null,
      h("a", { href: `#/runs/${run.id}` }, run.workflow),
      run.version ? h("span", { class: "soft" }, ` v${run.version}`) : null,
      h("div", { class: "soft small mono" }, run.id.slice(-12), run.description ? ` · ${run.description}` : ""),
    ),
    h("td", null, badge(run.state)),
    h(
      "td",
      { class: "hide" },
      run.state === "running"
        ? [meter((run.progress?.percent ?? 0) / 100), h("div", { class: "soft small" }, tidy(run.progress?.message))]
        : run.error
          ? h("span", { class: "soft small" }, short(run.error.error ?? run.error.message ?? ""))
          : "",
    ),
    h("td", { class: "num hide" }, duration(run.duration_seconds)),
    h("td", { class: "num hide soft" }, ago(run.created_at)),
    h(
      "td",
      { class: "num" },
      isFinal(run.state)
        ? button("Rerun", event => attempt(event.currentTarget, () => rerun(run)), "slim")
        : button("Cancel", () => cancel(run), "slim bad"),
    ),
  );

const short = text => (text.length > 90 ? `${text.slice(0, 88)}…` : text);
