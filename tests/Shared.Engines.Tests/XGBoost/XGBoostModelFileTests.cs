using System.Globalization;
using System.Text;
using Skipper.Shared.Engines.Tests.Trees;
using Skipper.Shared.Engines.XGBoost;

namespace Skipper.Shared.Engines.Tests.XGBoost;

public sealed class XGBoostModelFileTests
{
    private static readonly byte[] First = [1, 2, 3];
    private static readonly byte[] Second = [4, 5];

    [Fact]
    public void What_was_packed_is_unpacked()
    {
        var header = XGBoostModelFile.Unpack(Pack(), out var boosters);

        Assert.Equal(("1.7.4", 13, 2), (header.EngineVersion, header.Features, header.Targets));
        Assert.Equal([9, 4], header.BestIterations);
        Assert.Equal([First, Second], boosters.Select(booster => booster.ToArray()));
    }

    [Fact]
    public void A_file_cut_anywhere_is_refused()
    {
        var file = Pack();

        for (var length = 0; length < file.Length; length++)
        {
            Assert.Throws<InvalidDataException>(() => XGBoostModelFile.Unpack(file.AsMemory(0, length), out _));
        }
    }

    [Fact]
    public void A_file_with_something_behind_its_end_is_refused() =>
        Assert.Throws<InvalidDataException>(() => XGBoostModelFile.Unpack((byte[])[.. Pack(), 0], out _));

    [Fact]
    public void A_file_of_the_first_version_is_a_regression_with_a_booster_for_each_target()
    {
        // As written before there were tasks.
        var json = """
            {"version":1,"engine_version":"1.7.4","encoding":"ubj","features":4,"targets":2,
             "best_iterations":[5,5],"lengths":[%,%]}
            """;
        var booster = Golden.Model("poisson.ubj");
        var header = Encoding.UTF8.GetBytes(
            json.Replace("%", booster.Length.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal));
        byte[] file = [.. "SKXGB\0\0\n"u8, .. BitConverter.GetBytes(header.Length), .. header, .. booster, .. booster];

        using var model = new XGBoostEngine().Load(file);

        Assert.Equal((ModelTask.Regression, 0, 4, 2), (model.Task, model.ClassCount, model.FeatureCount, model.TargetCount));
        Assert.Equal(2, model.Predict(Golden.Answers("poisson").Features).Columns);
    }

    [Fact]
    public void A_file_of_a_newer_version_is_refused_with_what_to_do()
    {
        var file = (Header with { Version = 3 }).Pack([First, Second]);

        var error = Assert.Throws<InvalidDataException>(() => XGBoostModelFile.Unpack(file, out _));

        Assert.Contains("found version 3; upgrade this process", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_header_that_contradicts_its_booster_is_refused()
    {
        var header = Header with { Features = 5, Targets = 1, BestIterations = [1] };

        var error = Assert.Throws<InvalidDataException>(
            () => new XGBoostEngine().Load(header.Pack([Golden.Model("poisson.ubj")])));

        Assert.Contains("a booster has regression, 4 features", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Large_batches_go_to_the_library_unless_it_is_older_than_the_model()
    {
        NeedsXGBoost.OrSkip();
        var file = XGBoostEngine.Import(Golden.Model("binary.ubj")).File;

        using var same = XGBoostModel.Load(file, new Version(1, 7, 4));
        using var older = XGBoostModel.Load(file, new Version(1, 6, 0));
        using var none = XGBoostModel.Load(file, null);

        Assert.Equal((true, false, false), (same.UsesLibrary, older.UsesLibrary, none.UsesLibrary));
        var rows = Golden.Answers("binary").Features;
        Assert.Equal(same.Predict(rows).Values, none.Predict(rows).Values);
        Assert.Equal(same.Predict(rows).Values, older.Predict(rows).Values);
    }

    [Fact]
    public void A_base_score_that_the_library_misreads_is_answered_by_the_trees()
    {
        // From 3.1 on a base score is written as an array; 1.7 takes that for 0.5.
        NeedsXGBoost.OrSkip();
        var json = Encoding.UTF8.GetString(Golden.Model("binary.json"))
            .Replace("\"base_score\":\"3E-1\"", "\"base_score\":\"[3E-1]\"", StringComparison.Ordinal);
        var file = XGBoostEngine.Import(Encoding.UTF8.GetBytes(json)).File;

        using var model = XGBoostModel.Load(file, XGBoostLibrary.Version);

        var expected = Golden.Answers("binary");
        Assert.Contains("[3E-1]", json, StringComparison.Ordinal);
        Assert.Equal(XGBoostLibrary.Version.Major < 3, !model.UsesLibrary);
        Assert.Equal(expected.Predictions[0], model.Predict(expected.Features)[0, 0], 1e-6);
    }

    [Fact]
    public void Bytes_that_are_no_booster_are_refused() => Assert.Throws<InvalidDataException>(
        () => new XGBoostEngine().Load((Header with { Targets = 1, BestIterations = [0] }).Pack(["{\"no\":\"booster\"}"u8.ToArray()])));

    private static XGBoostModelFile Header { get; } =
        new() { EngineVersion = "1.7.4", Features = 13, Targets = 2, BestIterations = [9, 4] };

    private static byte[] Pack() => Header.Pack([First, Second]);
}
