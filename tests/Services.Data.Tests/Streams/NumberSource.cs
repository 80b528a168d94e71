using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Skipper.Services.Data.Streams;

namespace Skipper.Services.Data.Tests.Streams;

/// <summary>The records <c>{"n":1}</c>, <c>{"n":2}</c> and so on; knows how many were read.</summary>
internal sealed class NumberSource(int count) : IRecordSource
{
    private int _read;

    public long? Count => count;

    public int Read => Volatile.Read(ref _read);

    public async IAsyncEnumerable<StreamRecord> ReadAsync(long position, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (var n = position + 1; n <= count; n++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Interlocked.Increment(ref _read);
            yield return new StreamRecord(n, new JsonObject { ["n"] = n });
            if (n % 100 == 0)
            {
                await Task.Yield();
            }
        }
    }
}

/// <summary>Does as it is told with each record.</summary>
internal sealed class LambdaTransform(Action<StreamRecord> transform) : IRecordTransform
{
    public Task TransformAsync(IReadOnlyList<StreamRecord> records, CancellationToken cancellationToken)
    {
        foreach (var record in records)
        {
            transform(record);
        }

        return Task.CompletedTask;
    }
}
