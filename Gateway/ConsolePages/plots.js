// What a model was like when it was made, as plots.
import { get } from "./api.js";
import { curve, figure, hbars, histogram, legend, lines, scatter } from "./charts.js";
import { h } from "./dom.js";
import { percent } from "./say.js";

export function evidence({ evidence: known }) {
  if (!known) return h("p", { class: "soft" }, "It was imported, so nothing is known about its training.");
  return [
    known.importance?.length > 0 &&
      figure(
        "What matters",
        hbars(
          known.importance.slice(0, 10).map(input => [input.name, input.share]),
          percent,
        ),
      ),
    (known.residuals ?? []).map(({ target, predicted, actual }) => [
      figure(
        `${target}: predicted over actual`,
        scatter(`${target}, predicted over actual`, actual, predicted),
        legend(["the same", "second"]),
      ),
      figure(
        `${target}: errors`,
        histogram(`Errors of ${target}`, binned(predicted.map((value, i) => value - actual[i]))),
        h("p", { class: "soft small" }, "predicted minus actual, test part"),
      ),
    ]),
    (known.calibration ?? []).slice(0, 4).map(line =>
      figure(
        `Calibration of ${line.class}`,
        curve(
          `Calibration of ${line.class}`,
          line.bins.map(bin => [bin.predicted, bin.observed]),
        ),
      ),
    ),
  ];
}

function binned(values, count = 24) {
  const low = Math.min(...values),
    size = (Math.max(...values) - low) / count || 1;
  const bins = Array.from({ length: count }, (_, i) => ({ from: low + i * size, to: low + (i + 1) * size, count: 0 }));
  for (const value of values) bins[Math.min(count - 1, Math.floor((value - low) / size))].count++;
  return bins;
}

/** How the training went, where this mesh trained it. */
export async function training(model, signal) {
  if (model.lineage?.source !== "trained") return [];
  const { experiments } = await get("/experiments", signal);
  for (const experiment of experiments) {
    const { runs } = await get(`/experiments/${encodeURIComponent(experiment.name)}/runs`, signal);
    const found = runs.find(
      run => run.run_id === model.lineage.run_id && run.model === model.name && run.model_version === model.version,
    );
    if (!found) continue;
    const { series } = await get(`/experiments/runs/${found.id}`, signal);
    return [...Map.groupBy(series, line => `${line.name} of ${line.target}`)].slice(0, 2).map(([title, known]) => {
      const ordered = known.toSorted((a, b) => (a.part === "train") - (b.part === "train"));
      return figure(
        `${title} by round`,
        lines(
          `${title} by round`,
          ordered.map(line => line.values),
        ),
        legend(...ordered.map((line, i) => [line.part, i > 0 ? "second" : ""])),
      );
    });
  }
  return [];
}
