// Datasets: versions, what their columns look like, and what the checks said.
import { get, openPage, text } from "./api.js";
import { figure, hbars, histogram } from "./charts.js";
import { attempt } from "./dialog.js";
import { badge, button, empty, fact, h, head, part, put, table, tag } from "./dom.js";
import { ago, number, percent } from "./say.js";
import { newTraining } from "./submit.js";

export const view = (root, [name, version], signal) => (name ? one(root, name, version, signal) : all(root, signal));

async function all(root, signal) {
  const { datasets } = await get("/datasets", signal);
  put(
    root,
    head("Datasets", { facts: h("span", null, "Immutable versions: what a model learned from can be read again.") }),
    datasets.length === 0
      ? empty(
          "No datasets yet",
          "A dataset begins with a file. The name is in the path; the same content again is the same version:",
          "curl -s HOST/api/v1/skipper/datasets/housing \\\n  -H 'Content-Type: text/csv' --data-binary @samples/housing.csv",
        )
      : table(
          "Datasets",
          [
            ["Dataset", row => h("a", { href: `#/datasets/${row.name}` }, row.name)],
            ["Version", row => row.version, "num"],
            ["Rows", row => number(row.row_count), "num"],
            ["Refused", row => number(row.rejected_count), "num hide"],
            ["Columns", row => row.columns.length, "num"],
            ["Made", row => ago(row.created_at), "num soft hide"],
          ],
          datasets,
        ),
  );
}

async function one(root, name, wanted, signal) {
  const query = wanted ? `?version=${wanted}` : "";
  const [dataset, { versions, tags }, { reports }] = await Promise.all([
    get(`/datasets/${name}${query}`, signal),
    get(`/datasets/${name}/versions`, signal),
    get(`/datasets/${name}/quality/reports`, signal),
  ]);
  const quality = reports.find(report => report.version === dataset.version) ?? (wanted ? null : reports[0]);
  const plots = h("div", { class: "cards" }, h("p", { class: "soft" }, "Reading the columns…"));
  put(
    root,
    head(name, {
      crumb: h("a", { href: "#/datasets" }, "Datasets"),
      facts: [
        fact("version", dataset.version),
        fact("rows", number(dataset.row_count)),
        fact("refused", number(dataset.rejected_count)),
        fact("made", ago(dataset.created_at)),
        h("span", { class: "mono" }, dataset.digest.slice(0, 12)),
      ],
      actions: button(
        "Train a model",
        event =>
          attempt(event.currentTarget, async () => {
            const run = await newTraining(name);
            if (run) location.hash = `#/runs/${run}`;
          }),
        "main",
      ),
    }),
    part(
      "Quality",
      quality
        ? checks(quality)
        : empty(
            "Nothing is checked yet",
            "Put a suite of expectations under the name of the dataset; the next import is held against it:",
            `curl -s -X PUT HOST/api/v1/skipper/suites/${name} \\\n  -H 'Content-Type: application/yaml' --data-binary @samples/quality/weather-suite.yaml`,
          ),
    ),
    part("Columns", plots),
    part(
      "Versions",
      table(
        "Versions",
        [
          ["Version", row => h("a", { href: `#/datasets/${name}/${row.version}` }, `Version ${row.version}`)],
          ["Tags", row => tags.filter(known => known.version === row.version).map(known => tag(known.tag))],
          ["Rows", row => number(row.row_count), "num"],
          ["Digest", row => h("code", null, row.digest.slice(0, 12)), "hide"],
          ["Made", row => ago(row.created_at), "num soft"],
        ],
        versions,
      ),
    ),
  );

  get(`/datasets/${name}/profile${query}`, signal)
    .then(async found => {
      const drift = new Map((found.drift ?? []).map(known => [known.column, known]));
      const profile = JSON.parse(await text(`/artifacts/${found.profile}`, "*/*"));
      plots.replaceChildren(...profile.columns.map(column => columnCard(column, drift.get(column.name))));
    })
    .catch(error => {
      if (!signal.aborted) plots.replaceChildren(h("p", { class: "note" }, error.message));
    });

  function checks(report) {
    return h(
      "div",
      { class: "part" },
      h(
        "div",
        { class: "facts" },
        badge(report.status),
        fact("suite", report.suite),
        fact("passed", `${report.statistics.successful_checks} of ${report.statistics.evaluated_checks}`),
        fact("rows refused", percent((report.statistics.rejected_percent ?? 0) / 100)),
        button("Whole report", () => openPage(`/datasets/${name}/quality/page${query}`), "slim"),
      ),
      table(
        "Checks",
        [
          ["Check", row => row.name],
          ["Result", row => badge(row.status)],
          ["Seen", row => row.observed],
          ["Expected", row => row.threshold, "hide"],
        ],
        report.checks,
      ),
    );
  }
}

function columnCard(column, drift) {
  const { numbers, texts } = column;
  return figure(
    [column.name, " ", h("span", { class: "soft small" }, column.type)],
    numbers?.histogram?.length
      ? histogram(`Histogram of ${column.name}`, numbers.histogram)
      : texts?.categories?.length
        ? hbars(texts.categories.slice(0, 8).map(known => [known.text, known.count]))
        : h("p", { class: "soft" }, "It has no values."),
    h(
      "div",
      { class: "facts small" },
      numbers && [
        fact("mean", number(numbers.mean)),
        fact("median", number(numbers.quantiles.find(known => known.share === 0.5)?.value)),
        fact("sd", number(numbers.standard_deviation)),
      ],
      texts && fact("distinct", number(texts.distinct)),
      fact("missing", percent(column.missing_count / Math.max(1, column.row_count))),
      drift && badge(drift.verdict),
    ),
  );
}
