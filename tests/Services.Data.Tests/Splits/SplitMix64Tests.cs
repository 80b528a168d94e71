using Skipper.Services.Data.Splits;

namespace Skipper.Services.Data.Tests.Splits;

public sealed class SplitMix64Tests
{
    [Fact]
    public void The_generator_gives_its_published_numbers()
    {
        var generator = new SplitMix64(1234567);

        Assert.Equal(
            [6457827717110365317, 3203168211198807973, 9817491932198370423, 4593380528125082431, 16408922859458223821],
            new[] { generator.Next(), generator.Next(), generator.Next(), generator.Next(), generator.Next() });
    }

    [Fact]
    public void A_seed_gives_one_order_for_good()
    {
        int[] values = [.. Enumerable.Range(0, 10)];

        new SplitMix64(1).Shuffle(values);

        Assert.Equal([9, 0, 1, 4, 8, 2, 3, 7, 6, 5], values);
    }

    [Fact]
    public void Every_value_is_as_likely_in_every_place()
    {
        var counts = new int[5, 5];
        for (var seed = 0; seed < 20_000; seed++)
        {
            int[] values = [0, 1, 2, 3, 4];
            new SplitMix64((ulong)seed).Shuffle(values);
            for (var place = 0; place < 5; place++)
            {
                counts[values[place], place]++;
            }
        }

        Assert.All(counts.Cast<int>(), count => Assert.InRange(count, 3_700, 4_300));
    }
}
