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

    [Theory]
    [InlineData("1.8.0")]
    [InlineData("2.0.0")]
    public void A_model_of_a_newer_library_is_refused(string version)
    {
        var error = Assert.Throws<InvalidDataException>(
            () => XGBoostModel.Load(XGBoostModelFile.Pack(version, 1, [0], [First]), new Version(1, 7, 4)));

        Assert.Contains($"made by libxgboost {version}, this machine has 1.7.4", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Bytes_that_are_no_booster_are_refused()
    {
        var engine = NeedsXGBoost.OrSkip();

        var error = Assert.Throws<InvalidDataException>(
            () => engine.Load(XGBoostModelFile.Pack("1.7.0", 1, [0], ["{\"no\":\"booster\"}"u8.ToArray()])));

        Assert.DoesNotContain("Stack trace", error.Message, StringComparison.Ordinal);
    }

    private static byte[] Pack() => XGBoostModelFile.Pack("1.7.4", 13, [9, 4], [First, Second]);
}
