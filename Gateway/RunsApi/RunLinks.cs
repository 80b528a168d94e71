namespace Skipper.Gateway.RunsApi;

/// <summary>The paths of runs, below the base path of the request that asks.</summary>
internal sealed class RunLinks(PathString pathBase)
{
    public const string Runs = "/api/v1/skipper/runs";

    public string List => $"{pathBase}{Runs}";

    public string Self(Guid id) => $"{pathBase}{Runs}/{id}";

    public Dictionary<string, string> Of(RunRow run)
    {
        var self = Self(run.Id);
        var links = new Dictionary<string, string>
        {
            ["self"] = self,
            ["events"] = $"{self}/events",
            ["steps"] = $"{self}/steps",
            ["why"] = $"{self}/why",
        };
        links.Add(run.IsFinal ? "rerun" : "cancel", run.IsFinal ? $"{self}/rerun" : $"{self}/cancel");
        if (run.State == Gateway.Runs.RunState.Succeeded)
        {
            links.Add("result", $"{self}/result");
        }

        if (run.RerunOf is { } source)
        {
            links.Add("rerun_of", Self(source));
        }

        return links;
    }
}
