using Skipper.Services.Data.Splits;
using Skipper.Shared.Messaging.Contracts;
using Skipper.Shared.Messaging.Handlers;

namespace Skipper.Services.Data.Tests.Splits;

public sealed class SplitMemoryTests
{
    private static readonly DatasetVersion Version = new()
    {
        Name = "housing",
        Version = 3,
        Digest = new string('a', 64),
        RowCount = 9,
        Columns = [],
        CreatedAt = default,
    };

    [Fact]
    public void A_split_is_known_by_everything_that_it_follows_from()
    {
        var one = Request(1);

        Assert.Equal(SplitMemory.KeyOf(Version, one), SplitMemory.KeyOf(Version, Request(1)));
        string[] others =
        [
            SplitMemory.KeyOf(Version, Request(2)),
            SplitMemory.KeyOf(Version, one with { Payload = "0.3" }),
            SplitMemory.KeyOf(Version, one with { Data = one.Data! with { Missing = "keep" } }),
            SplitMemory.KeyOf(Version, one with { Data = one.Data! with { Features = ["a"] } }),
            SplitMemory.KeyOf(Version with { Digest = new string('b', 64) }, one),
            SplitMemory.KeyOf(Version with { Version = 4 }, one),
        ];
        Assert.DoesNotContain(SplitMemory.KeyOf(Version, one), others);
        Assert.Equal(others.Length, others.Distinct().Count());
    }

    [Fact]
    public void The_last_splits_are_remembered_and_those_before_them_forgotten()
    {
        var memory = new SplitMemory();
        foreach (var number in Enumerable.Range(0, 65))
        {
            memory.Add($"{number}", new RawJson(new byte[] { (byte)number }));
        }

        Assert.Null(memory.Find("0"));
        Assert.Equal([1], memory.Find("1")!.Value.Utf8.ToArray());
        Assert.Equal([64], memory.Find("64")!.Value.Utf8.ToArray());
        Assert.Null(memory.Find("65"));
    }

    private static SplitDataset Request(int seed) =>
        new() { Payload = "0.2", Reply = "reference", Data = new SplitOptions { Dataset = "housing", Seed = seed } };
}
