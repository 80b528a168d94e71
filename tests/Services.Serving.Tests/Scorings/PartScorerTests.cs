using System.Text;
using Skipper.Services.Serving.Scorings;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Errors;
using Skipper.Testing;

namespace Skipper.Services.Serving.Tests.Scorings;

public sealed class PartScorerTests : IAsyncLifetime
{
    private readonly TestStorage _storage = TestStorage.Sqlite();
    private ServingHost _host = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _host = new ServingHost(_storage, new FakeTrainingService());
        await _host.Intake.TryPublishAsync(await _host.RegisterAsync("housing", 1, Token), Token);
        await _host.Intake.TryPublishAsync(await _host.RegisterAsync("housing", 2, Token), Token);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        await _storage.DisposeAsync();
    }

    [Fact]
    public async Task Rows_are_scored_by_the_named_version_with_all_their_columns_carried_along()
    {
        var part = await ScoreAsync(
            """
            {"town":"Rast","rm":8,"rad":15,"price":24}
            {"town":null,"rm":6,"rad":10,"price":null,"predicted_price":1,"refused":"before"}
            """);

        Assert.Equal((3, 2, 0, null, "housing", 1), (part.Number, part.RowCount, part.RefusedCount, part.FirstRefusal, part.Model, part.Version));
        Assert.Equal(
            """
            {"town":"Rast","rm":8,"rad":15,"price":24,"predicted_price":105,"predicted_ptratio":19}
            {"town":null,"rm":6,"rad":10,"price":null,"predicted_price":100,"predicted_ptratio":20}

            """.ReplaceLineEndings("\n"),
            Rounded(await TextAsync(part.Artifact)));
    }

    [Fact]
    public async Task A_row_that_is_refused_is_kept_with_its_reason_and_harms_no_other()
    {
        var part = await ScoreAsync(
            """
            {"rm":8,"rad":15}
            {"rm":null,"rad":15}
            {"rm":1.7e308,"rad":15}
            {"rm":6,"rad":10}
            """);

        Assert.Equal(2, part.RefusedCount);
        Assert.StartsWith("Column 'rm' must be a number, found null", part.FirstRefusal, StringComparison.Ordinal);
        var lines = (await TextAsync(part.Artifact)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Contains("\"predicted_price\":null,\"predicted_ptratio\":null,\"refused\":\"Column ", lines[1], StringComparison.Ordinal);
        Assert.Contains("\"refused\":\"", lines[2], StringComparison.Ordinal);
        Assert.All(new[] { lines[0], lines[3] }, line => Assert.DoesNotContain("refused", line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_part_of_several_batches_is_the_same_file_each_time_it_is_scored()
    {
        var rows = string.Join('\n', Enumerable.Range(0, 1234).Select(i => $$"""{"rm":{{i % 20}},"rad":{{i % 7}},"i":{{i}}}"""));

        var (one, other) = (await ScoreAsync(rows), await ScoreAsync(rows));

        Assert.Equal((1234, one.Artifact), (one.RowCount, other.Artifact));
        var lines = (await TextAsync(one.Artifact)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.All(lines.Index(), line => Assert.Contains($"\"i\":{line.Index},", line.Item, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("housing", "{}", 1, ErrorCode.InvalidArgument, "data.model must name a version")]
    [InlineData("housing@champion", "{}", 1, ErrorCode.InvalidArgument, "data.model must name a version")]
    [InlineData("housing@9", "{}", 1, ErrorCode.NotFound, "Model 'housing@9' is not known")]
    [InlineData("housing@1", "{}", 2, ErrorCode.InvalidArgument, "data.part.artifact must have 2 lines")]
    [InlineData("housing@1", "", 0, ErrorCode.InvalidArgument, "data.part.artifact must have 0 lines, as data.part.row_count says, and at least 1")]
    [InlineData("housing@1", "[1]", 1, ErrorCode.InvalidArgument, "Line 1 of the part must be a JSON object, found another value.")]
    [InlineData("housing@1", "{}\n{", 2, ErrorCode.InvalidArgument, "Line 2 of the part must be a JSON object: ")]
    public async Task A_wrong_part_is_refused(string model, string text, int rows, ErrorCode code, string message)
    {
        var artifact = await Samples.PutAsync(_host.Artifacts, Encoding.UTF8.GetBytes(text), Token);

        var error = await Assert.ThrowsAsync<MeshException>(() => ScoreAsync(model, new ScoringPart(1, rows, artifact)));

        Assert.Equal(code, error.Code);
        Assert.StartsWith(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_part_that_is_not_stored_is_not_found()
    {
        var error = await Assert.ThrowsAsync<MeshException>(() => ScoreAsync("housing@1", new ScoringPart(1, 1, new string('0', 64))));

        Assert.Equal(ErrorCode.NotFound, error.Code);
    }

    private async Task<ScoredPart> ScoreAsync(string lines)
    {
        var artifact = await Samples.PutAsync(_host.Artifacts, Encoding.UTF8.GetBytes(lines), Token);
        return await ScoreAsync("housing@1", new ScoringPart(3, lines.Split('\n').Length, artifact));
    }

    private Task<ScoredPart> ScoreAsync(string model, ScoringPart part) => _host.Get<ScorePartHandler>().HandleAsync(
        new ScorePart { Data = new() { Model = model, Part = part } }, Samples.Context, Token);

    private async Task<string> TextAsync(string digest)
    {
        using var reader = new StreamReader(await _host.Artifacts.OpenAsync(digest, Token));
        return await reader.ReadToEndAsync(Token);
    }

    /// <summary>Predictions of lines are off by a last digit here and there.</summary>
    private static string Rounded(string text) => System.Text.RegularExpressions.Regex.Replace(
        text,
        @"(?<=""predicted_\w+"":)[-0-9.e]+",
        match => Math.Round(double.Parse(match.Value, System.Globalization.CultureInfo.InvariantCulture), 6)
            .ToString(System.Globalization.CultureInfo.InvariantCulture));
}
