using System.Numerics;
using Skipper.Shared.Messaging.Contracts;

namespace Skipper.Services.Serving.Lanes;

/// <summary>What batches were made. Not safe for several threads.</summary>
internal sealed class BatchCounters
{
    private static readonly string[] Reasons = [.. Enum.GetNames<CutReason>().Select(name => name.ToLowerInvariant())];

    private readonly long[] _cuts = new long[Reasons.Length];

    // By the logarithm of the number of rows: up to 1, 2, 4, ... 65536.
    private readonly (long Count, double Seconds)[] _sizes = new (long, double)[17];

    private long _parts;
    private double _waited;
    private double _scored;

    public long Rows { get; private set; }

    public long Count { get; private set; }

    public RequestTimes Waiting => Times(_parts, _waited);

    public RequestTimes Scoring => Times(_parts, _scored);

    public IReadOnlyList<BatchStatistics> Sizes =>
    [
        .. _sizes.Index().Where(size => size.Item.Count > 0)
            .Select(size => new BatchStatistics(1 << size.Index, size.Item.Count, Times(0, size.Item.Seconds).Nanoseconds)),
    ];

    public IReadOnlyDictionary<string, long> Cuts => Reasons.Zip(_cuts).ToDictionary(cut => cut.First, cut => cut.Second);

    /// <param name="batch">What went into the engine.</param>
    /// <param name="scored">Its time there, seconds.</param>
    /// <param name="waited">Sum of the times that its calls waited, seconds.</param>
    public void Add(Batch batch, double scored, double waited)
    {
        Rows += batch.Rows;
        Count++;
        _cuts[(int)batch.Reason]++;
        ref var size = ref _sizes[BitOperations.Log2(BitOperations.RoundUpToPowerOf2((uint)batch.Rows))];
        size = (size.Count + 1, size.Seconds + scored);
        _parts += batch.Parts.Count;
        _waited += waited;
        _scored += scored * batch.Parts.Count;
    }

    private static RequestTimes Times(long count, double seconds) => new(count, (long)(seconds * 1e9));
}
