using System.Globalization;
using System.Text.Json.Nodes;
using Skipper.Cli.Arguments;
using Skipper.Cli.Output;

namespace Skipper.Cli.Models;

internal static class PromoteVerb
{
    public static Verb Verb { get; } = new(
        "promote", "Points an alias at a version; with a metric only if it is better than where it points.", RunAsync)
    {
        Parameters = [new("MODEL", "the model"), new("VERSION", "the version's number")],
        Options =
        [
            new("alias", "which alias; default champion") { Value = "NAME" },
            new("reason", "why; kept in the alias's history") { Value = "TEXT" },
            new("actor", "who decides; kept in the alias's history") { Value = "NAME" },
            new("metric", "only if this test metric is better") { Value = "NAME" },
            new("target", "the target of the metric") { Value = "NAME" },
            new("minimum-gain", "by at least so much; default 0") { Value = "NUMBER" },
        ],
        Examples =
        [
            "skipper promote housing 3 --reason \"new data\"",
            "skipper promote housing 3 --metric rmse --target price --minimum-gain 0.1",
            "skipper promote housing 2 --alias canary",
        ],
    };

    private static async Task<int> RunAsync(Session session)
    {
        var line = session.Line;
        if (!int.TryParse(line.Parameter("VERSION"), NumberStyles.None, CultureInfo.InvariantCulture, out var version))
        {
            throw line.Misused($"VERSION must be a whole number, was '{line.Parameter("VERSION")}'.");
        }

        var alias = line.Option("alias") ?? "champion";
        var body = new JsonObject
        {
            ["version"] = version,
            ["reason"] = line.Option("reason"),
            ["actor"] = line.Option("actor"),
            ["gate"] = Gate(line),
        };
        var moved = await session.Api.PutAsync(
            $"models/{Uri.EscapeDataString(line.Parameter("MODEL"))}/aliases/{Uri.EscapeDataString(alias)}", body);
        var isRefused = moved.Text("gate.passed") == "False";
        session.Show(moved, screen => screen.Line(isRefused
            ? $"Not promoted: {moved.Text("gate.reason")}"
            : $"{alias} of {moved.Text("name")} points at version {moved.Text("version")}"
                + (moved.Text("previous_version") is { } before ? $", before at {before}." : ".")));
        return isRefused ? ExitCode.Failed : ExitCode.Done;
    }

    private static JsonObject? Gate(CommandLine line)
    {
        if (line.Option("metric") is not { } metric)
        {
            return line.Has("target") || line.Has("minimum-gain") ? throw line.Misused("--target and --minimum-gain need --metric.") : null;
        }

        var gate = new JsonObject { ["metric"] = metric };
        if (line.Option("target") is { } target)
        {
            gate["target"] = target;
        }

        if (line.Option("minimum-gain") is { } text)
        {
            gate["minimum_gain"] = double.TryParse(text, CultureInfo.InvariantCulture, out var gain) && double.IsFinite(gain)
                ? gain
                : throw line.Misused($"--minimum-gain must be a number, was '{text}'.");
        }

        return gate;
    }
}
