using System.Text;
using Skipper.Services.Data.Splits;
using Skipper.Shared.Messaging.Errors;
using Skipper.Shared.Storage.Arrays;

namespace Skipper.Services.Data.Tests.Splits;

public sealed class ArrayOfSixTests
{
    [Fact]
    public void Features_are_lists_of_rows_and_targets_lists_by_target()
    {
        var split = Split(
            Part(new Matrix(2, 3, [1, 2, 3, 4, 5, 6]), new Matrix(2, 2, [10, 20, 11, 21])),
            Part(new Matrix(1, 3, [0.1, -2.5e-7, 1e22]), new Matrix(1, 2, [12, 22])),
            Part(new Matrix(1, 3, [0, 0, 0]), new Matrix(1, 2, [13, 23])));

        var reply = ArrayOfSix.Write(split);

        Assert.Equal(
            "[[[1,2,3],[4,5,6]],[[0.1,-2.5E-07,1E+22]],[[0,0,0]],[[10,11],[20,21]],[[12],[22]],[[13],[23]]]",
            Encoding.UTF8.GetString(reply.Utf8.Span));
    }

    [Fact]
    public void A_split_too_large_for_one_reply_asks_for_references()
    {
        var values = new double[1_000_000];
        Array.Fill(values, 1.0 / 3);
        var large = Part(new Matrix(values.Length, 1, values), new Matrix(0, 1, []));

        var exception = Assert.Throws<MeshException>(() => ArrayOfSix.Write(Split(large, large, large)));

        Assert.Equal(ErrorCode.FailedPrecondition, exception.Code);
        Assert.Contains("more than 16 MiB: ask with \"reply\":\"reference\"", exception.Message, StringComparison.Ordinal);
    }

    private static PartArrays Part(Matrix features, Matrix targets) => new(features, targets);

    private static SplitArrays Split(PartArrays train, PartArrays test, PartArrays validation) =>
        new([], [], train, test, validation, DroppedRows: 0);
}
