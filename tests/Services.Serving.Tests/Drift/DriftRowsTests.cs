using Skipper.Services.Serving.Drift;
using Skipper.Services.Serving.Predictions;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Storage.Arrays;

namespace Skipper.Services.Serving.Tests.Drift;

public sealed class DriftRowsTests
{
    [Fact]
    public void Rows_are_copied_without_those_that_were_refused()
    {
        var inbox = new DriftInbox();
        inbox.Add(Batch(3, refused: 1));
        inbox.Add(Batch(2));

        var rows = inbox.Take()!;
        Assert.Equal((4, 0L), (rows.Count, rows.Skipped));
        Assert.Equal([0.0, 1, 4, 5, 0, 1, 2, 3], rows.Features[..8]);
        Assert.Equal([0.0, 20, 0, 10], rows.Predictions[..4]);
        Assert.Null(inbox.Take());
        inbox.Add(Batch(1));
        Assert.Equal(1, inbox.Take()!.Count);
    }

    [Fact]
    public void What_is_more_than_there_is_room_for_is_counted_as_skipped()
    {
        var inbox = new DriftInbox();
        for (var i = 0; i < 3; i++)
        {
            inbox.Add(Batch(40_000));
        }

        var rows = inbox.Take()!;
        Assert.Equal((1 << 18) / 3, rows.Count);
        Assert.Equal(120_000, rows.Count + rows.Skipped);
        Assert.Equal(2.0 * (rows.Count - 1 - 80_000), rows.Features[(2 * rows.Count) - 2]);
    }

    [Fact]
    public void A_closed_inbox_takes_nothing()
    {
        var inbox = new DriftInbox();
        inbox.Add(Batch(1));
        inbox.Close();
        inbox.Add(Batch(1));

        Assert.Null(inbox.Take());
    }

    private static RowBatch Batch(int rows, int? refused = null)
    {
        var batch = new RowBatch(rows, 2, eachAlone: true)
        {
            Predictions = new Matrix(rows, 1, [.. Enumerable.Range(0, rows).Select(row => 10.0 * row)]),
        };
        for (var i = 0; i < batch.Features.Values.Length; i++)
        {
            batch.Features.Values[i] = i;
        }

        if (refused is { } row)
        {
            batch.Refuse(row, MeshException.InvalidArgument("No."));
        }

        return batch;
    }
}
