using System.Globalization;
using System.Text.Json;
using Skipper.Shared.Messaging.Contracts;
using Spectre.Console;

namespace Skipper.Standalone.Demo;

/// <summary>The steps of the demo, in order; each prints what it saw.</summary>
internal sealed class DemoRun(SkipperClient client, DemoOptions options, string directory)
{
    private static readonly TimeSpan PollPeriod = TimeSpan.FromMilliseconds(200);

    public async Task RunAsync()
    {
        AnsiConsole.MarkupLine("[bold]Skipper demo[/]: the whole mesh in one process, driven over HTTP\n");
        var dataset = await IngestAsync();
        PrintDataset(dataset);
        var model = await TrainAsync();
        PrintMetrics(model);
        var rows = Rows(model);
        await PredictAsync(model, rows);
        PrintNext(model, rows[0]);
    }

    private async Task<DatasetVersion> IngestAsync()
    {
        if (options.Csv is { } csv)
        {
            await using var file = File.OpenRead(csv);
            return await client.UploadAsync(options.Name, file);
        }

        // The data service registers the sample by itself; at a first start that may still be under way.
        for (var tries = 0; tries < 100; tries++)
        {
            if (await client.FindDatasetAsync(options.Name) is { } sample)
            {
                return sample;
            }

            await Task.Delay(PollPeriod, TimeProvider.System);
        }

        throw new DemoFailedException("The sample dataset did not appear.");
    }

    private static void PrintDataset(DatasetVersion dataset)
    {
        Screen.Print(
            $"[green]1.[/] Data [bold]{dataset.Name}[/] version {dataset.Version}: {dataset.RowCount} rows, {dataset.Columns.Count} columns, {dataset.RejectedCount} rejected, sha256 {dataset.Digest[..12]}");
        foreach (var row in dataset.Rejected.Take(3))
        {
            Screen.Print($"   line {row.Line}: {row.Reason}");
        }
    }

    private async Task<ModelVersion> TrainAsync()
    {
        var accepted = await client.PostAsync("tasks/execute_async", new
        {
            task_type = "training",
            payload = "0.2",
            data = new TrainingOptions
            {
                Dataset = options.Name,
                Model = options.Name,
                Targets = options.Targets,
                Engine = options.Engine,
            },
        });
        var taskId = accepted.GetProperty("task_id").GetString()!;
        Screen.Print($"[green]2.[/] Training accepted as task {taskId}");

        var final = await AnsiConsole.Progress()
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new ElapsedTimeColumn())
            .StartAsync(context => FollowAsync(taskId, context.AddTask("   queued")));
        return final.GetProperty("task_status").GetString() == "Success"
            ? SkipperClient.Read<TrainedModel>(final.GetProperty("result")).Model
            : throw new DemoFailedException($"Training ended as {final.GetProperty("task_status")}: {final.GetProperty("error")}");
    }

    private async Task<JsonElement> FollowAsync(string taskId, ProgressTask bar)
    {
        while (true)
        {
            var status = await client.GetAsync($"tasks/workflow/{taskId}");
            if (status.TryGetProperty("progress", out var progress) && progress.ValueKind == JsonValueKind.Object)
            {
                bar.Value = progress.TryGetProperty("percent", out var percent) && percent.ValueKind == JsonValueKind.Number
                    ? percent.GetDouble()
                    : bar.Value;
                if (progress.TryGetProperty("message", out var message) && message.GetString() is { } text)
                {
                    bar.Description = $"   {Markup.Escape(text)}";
                }
            }

            if (status.GetProperty("task_status").GetString() != "Processing")
            {
                bar.Value = 100;
                bar.Description = "   done";
                return status;
            }

            await Task.Delay(PollPeriod, TimeProvider.System);
        }
    }

    private static void PrintMetrics(ModelVersion model)
    {
        Screen.Print(
            $"[green]3.[/] Model [bold]{model.Name}[/] version {model.Version} by {model.Engine} {model.EngineVersion}");
        var table = new Table().Border(TableBorder.Rounded).AddColumns("part", "target");
        foreach (var metric in (string[])["RMSE", "MAE", "R2"])
        {
            table.AddColumn(new TableColumn(metric).RightAligned());
        }

        foreach (var (part, targets) in model.Metrics)
        {
            foreach (var (target, metrics) in targets)
            {
                table.AddRow(part, target, Number(metrics.Rmse), Number(metrics.Mae), metrics.R2 is { } r2 ? Number(r2) : "-");
            }
        }

        AnsiConsole.Write(table);
    }

    /// <summary>Rows around the mean of each feature: such as nobody trained on.</summary>
    private static List<Dictionary<string, double>> Rows(ModelVersion model) =>
        [.. ((double[])[0, 0.5, -0.5]).Select(shift => model.Features.ToDictionary(
            feature => feature.Name,
            feature => Math.Round(
                Math.Clamp(feature.Mean + (shift * feature.StandardDeviation), feature.Minimum, feature.Maximum),
                feature.Type == "integer" ? 0 : 3)))];

    private async Task PredictAsync(ModelVersion model, List<Dictionary<string, double>> rows)
    {
        var name = $"{model.Name}@{model.Version}";
        var single = await client.PostAsync(
            "tasks/execute_sync", new { task_type = "serving", payload = "", data = rows[0], model = name });
        var result = single.GetProperty("result");
        if (model.Targets.Any(target => !result.TryGetProperty(target, out var value) || value.ValueKind != JsonValueKind.Number))
        {
            throw new DemoFailedException($"The prediction lacks a target: {result.GetRawText()}");
        }

        Screen.Print($"[green]4.[/] One prediction: {result.GetRawText()}");

        var bundle = SkipperClient.Read<PredictionBatch>(await client.PostAsync($"predict/{name}", new { rows }));
        if (bundle.Predictions.Count != rows.Count)
        {
            throw new DemoFailedException($"Sent {rows.Count} rows, got {bundle.Predictions.Count} predictions.");
        }

        Screen.Print(
            $"[green]5.[/] A bundle of {rows.Count}: {string.Join("  ", bundle.Predictions.Select(row => string.Join(", ", row.Select(cell => $"{cell.Key} {Number(cell.Value)}"))))}");
    }

    private void PrintNext(ModelVersion model, Dictionary<string, double> row)
    {
        Console.WriteLine($$"""

            All of it worked; data and model are kept in {{directory}}. Next:

              dotnet run --project Standalone
              curl http://127.0.0.1:8080/api/v1/skipper/predict/{{model.Name}} -H 'Content-Type: application/json' -d '{"rows":[{{JsonSerializer.Serialize(row)}}]}'
              open http://127.0.0.1:8080/swagger
            """);
    }

    private static string Number(double value) => value.ToString("0.000", CultureInfo.InvariantCulture);
}
