using System.Runtime.InteropServices;

namespace Skipper.Bench.Training;

/// <summary>libxgboost as its own documentation uses it from C: matrices, a booster, rounds, the saved model.</summary>
internal static partial class DirectTraining
{
    private const string Library = "libxgboost.so.0";

    // As the engine does: the training part is the larger one, and its metric decides nothing.
    private const int TrainMetricRounds = 5;

    /// <summary>Trains with the parameters of the training it is compared with, and evaluates as often.</summary>
    /// <returns>Bytes of the saved model.</returns>
    public static ulong Train(Part train, Part validation, int rounds)
    {
        nint[] matrices = [Create(train), Create(validation)];
        Check(XGBoosterCreate(matrices, 2, out var booster));
        foreach (var (name, value) in Parameters(train.Labels.Average()))
        {
            Check(XGBoosterSetParam(booster, name, value));
        }

        for (var round = 0; round < rounds; round++)
        {
            Check(XGBoosterUpdateOneIter(booster, round, matrices[0]));
            Check(round % TrainMetricRounds == 0
                ? XGBoosterEvalOneIter(booster, round, matrices, ["train", "validation"], 2, out _)
                : XGBoosterEvalOneIter(booster, round, [matrices[1]], ["validation"], 1, out _));
        }

        Check(XGBoosterSaveModelToBuffer(booster, """{"format":"ubj"}""", out var length, out _));
        Check(XGBoosterFree(booster));
        foreach (var matrix in matrices)
        {
            Check(XGDMatrixFree(matrix));
        }

        return length;
    }

    private static nint Create(Part part)
    {
        var rows = (ulong)part.Labels.Length;
        Check(XGDMatrixCreateFromMat(part.Features, rows, (ulong)part.Features.Length / rows, float.NaN, out var matrix));
        Check(XGDMatrixSetFloatInfo(matrix, "label", part.Labels, rows));
        return matrix;
    }

    private static (string Name, string Value)[] Parameters(float baseScore) =>
    [
        ("objective", "reg:squarederror"), ("tree_method", "hist"), ("eval_metric", "rmse"), ("nthread", "1"), ("seed", "1"),
        ("max_depth", "6"), ("eta", "0.08"), ("subsample", "0.8"), ("min_child_weight", "2"), ("reg_lambda", "1"), ("max_bin", "256"),
        ("base_score", baseScore.ToString("R", System.Globalization.CultureInfo.InvariantCulture)), ("verbosity", "0"),
    ];

    private static void Check(int code)
    {
        if (code != 0)
        {
            throw new InvalidOperationException(Marshal.PtrToStringUTF8(XGBGetLastError()));
        }
    }

    [LibraryImport(Library)]
    private static partial nint XGBGetLastError();

    [LibraryImport(Library)]
    private static partial int XGDMatrixCreateFromMat(
        [In] float[] data, ulong rows, ulong columns, float missing, out nint matrix);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int XGDMatrixSetFloatInfo(nint matrix, string field, [In] float[] values, ulong length);

    [LibraryImport(Library)]
    private static partial int XGDMatrixFree(nint matrix);

    [LibraryImport(Library)]
    private static partial int XGBoosterCreate([In] nint[] matrices, ulong length, out nint booster);

    [LibraryImport(Library)]
    private static partial int XGBoosterFree(nint booster);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int XGBoosterSetParam(nint booster, string name, string value);

    [LibraryImport(Library)]
    private static partial int XGBoosterUpdateOneIter(nint booster, int iteration, nint matrix);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int XGBoosterEvalOneIter(
        nint booster, int iteration, [In] nint[] matrices, [In] string[] names, ulong length, out nint result);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int XGBoosterSaveModelToBuffer(nint booster, string config, out ulong length, out nint bytes);
}

/// <summary>Rows in memory.</summary>
internal sealed record Part(float[] Features, float[] Labels);
