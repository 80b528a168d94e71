using Skipper.Services.Training.Searches;
using Skipper.Shared.Engines.XGBoost;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Services.Training.Tests.Searches;

public sealed class SearchTests
{
    // What it knows does not need its library.
    private static readonly XGBoostEngine Engine = new();

    private static readonly SearchOptions Options = new()
    {
        Trials = 200,
        Parameters = new Dictionary<string, double> { ["rounds"] = 10 },
        Space = new Dictionary<string, SearchRange>
        {
            ["eta"] = new() { Minimum = 0.001, Maximum = 0.1, Logarithmic = true },
            ["max_depth"] = new() { Minimum = 2, Maximum = 4 },
            ["subsample"] = new() { Values = [0.5, 1] },
        },
    };

    [Fact]
    public void Draws_cover_their_ranges_and_stay_inside()
    {
        var trials = SearchDraw.Draw(Options, Engine);

        Assert.Equal(Enumerable.Range(1, 200), trials.Select(trial => trial.Number));
        Assert.All(trials, trial => Assert.Equal((10, 4), (trial.Parameters["rounds"], trial.Parameters.Count)));
        Assert.All(trials, trial => Assert.InRange(trial.Parameters["eta"], 0.001, 0.1));
        Assert.InRange(trials.Count(trial => trial.Parameters["eta"] < 0.01), 70, 130);
        Assert.Equal([2, 3, 4], trials.Select(trial => trial.Parameters["max_depth"]).Distinct().Order());
        Assert.Equal([0.5, 1], trials.Select(trial => trial.Parameters["subsample"]).Distinct().Order());
    }

    [Fact]
    public void The_same_request_draws_the_same_trials_and_another_seed_others()
    {
        var first = SearchDraw.Draw(Options, Engine).Select(trial => trial.Parameters["eta"]).ToList();

        Assert.Equal(first, SearchDraw.Draw(Options, Engine).Select(trial => trial.Parameters["eta"]));
        Assert.NotEqual(first, SearchDraw.Draw(Options with { Seed = 2 }, Engine).Select(trial => trial.Parameters["eta"]));
        Assert.Equal(first.Take(5), SearchDraw.Draw(Options with { Trials = 5 }, Engine).Select(trial => trial.Parameters["eta"]));
    }

    [Theory]
    [InlineData("etta", 0.1, 0.2, false, "did you mean 'eta'")]
    [InlineData("eta", 0.1, 2.0, false, "'eta' must be from")]
    [InlineData("eta", 0.2, 0.1, false, "minimum that is not above its maximum, was 0.2 to 0.1")]
    [InlineData("reg_lambda", 0.0, 1.0, true, "minimum above 0 to be logarithmic, was 0")]
    [InlineData("max_depth", 2.5, 4.0, false, "'max_depth' must be a whole number, was 2.5")]
    [InlineData("eta", null, 0.1, false, "must have values, or a minimum and a maximum")]
    public void A_range_that_cannot_be_drawn_from_is_refused(string name, double? low, double? high, bool logarithmic, string reason)
    {
        var range = new SearchRange { Minimum = low, Maximum = high, Logarithmic = logarithmic };

        var error = Assert.Throws<MeshException>(() => SearchDraw.Draw(
            Options with { Space = new Dictionary<string, SearchRange> { [name] = range } }, Engine));

        Assert.Equal(ErrorCode.InvalidArgument, error.Code);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_best_third_goes_on_with_more_rounds()
    {
        var results = new[] { 0.4, 0.1, 0.3, 0.1, 0.2, 0.9 }.Select((score, i) => Result(i + 1, score)).ToList();

        var chosen = await SelectAsync(new TrialRanking { Results = results, Grow = "rounds" });

        Assert.Equal([2, 4], chosen.Trials.Select(trial => trial.Number));
        Assert.Equal([30, 30], chosen.Trials.Select(trial => trial.Parameters["rounds"]));
        Assert.Equal((2, 10), (chosen.Best.Trial.Number, chosen.Best.Trial.Parameters["rounds"]));
    }

    [Fact]
    public async Task A_choice_that_is_not_possible_is_refused()
    {
        var results = new[] { Result(1, 0.5) };

        Assert.Contains("at least one trial", await RefusedAsync(new TrialRanking { Results = [] }), StringComparison.Ordinal);
        Assert.Contains("was 2", await RefusedAsync(new TrialRanking { Results = results, Keep = 2 }), StringComparison.Ordinal);
        Assert.Contains("no 'depth'", await RefusedAsync(new TrialRanking { Results = results, Grow = "depth" }), StringComparison.Ordinal);
    }

    private static async Task<string> RefusedAsync(TrialRanking ranking) =>
        (await Assert.ThrowsAsync<MeshException>(() => SelectAsync(ranking))).Message;

    private static Task<TrialSelection> SelectAsync(TrialRanking ranking) => new SelectTrialsHandler().HandleAsync(
        new SelectTrials { Data = ranking }, Samples.Context(), TestContext.Current.CancellationToken);

    private static TrialResult Result(int number, double score) => new()
    {
        Trial = new Trial { Number = number, Parameters = new Dictionary<string, double> { ["rounds"] = 10 } },
        Score = score,
        Run = Samples.Run("search", Samples.Noon),
    };
}
