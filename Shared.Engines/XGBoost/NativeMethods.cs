using System.Runtime.InteropServices;

namespace Skipper.Shared.Engines.XGBoost;

/// <summary>
/// The part of xgboost/c_api.h that is the same from 1.7 to 3.x. Results belong to the library and live until the next
/// call on the same thread and booster: copy them at once. All return 0, or -1 with the reason in XGBGetLastError.
/// </summary>
internal static unsafe partial class NativeMethods
{
    public const string Library = "xgboost";

    [LibraryImport(Library)]
    public static partial void XGBoostVersion(out int major, out int minor, out int patch);

    [LibraryImport(Library)]
    public static partial byte* XGBGetLastError();

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int XGBSetGlobalConfig(string json);

    [LibraryImport(Library)]
    public static partial int XGDMatrixCreateFromMat(
        float* data, ulong rows, ulong columns, float missing, out DMatrixHandle matrix);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int XGDMatrixSetFloatInfo(DMatrixHandle matrix, string field, float* values, ulong length);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int XGDMatrixSetInfoFromInterface(DMatrixHandle matrix, string field, string arrayInterface);

    [LibraryImport(Library)]
    public static partial int XGDMatrixFree(nint matrix);

    [LibraryImport(Library)]
    public static partial int XGBoosterCreate(nint* matrices, ulong length, out BoosterHandle booster);

    [LibraryImport(Library)]
    public static partial int XGBoosterFree(nint booster);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int XGBoosterSetParam(BoosterHandle booster, string name, string value);

    [LibraryImport(Library)]
    public static partial int XGBoosterUpdateOneIter(BoosterHandle booster, int iteration, DMatrixHandle matrix);

    [LibraryImport(Library)]
    public static partial int XGBoosterEvalOneIter(
        BoosterHandle booster, int iteration, nint* matrices, byte** names, ulong length, byte** result);

    [LibraryImport(Library)]
    public static partial int XGBoosterBoostedRounds(BoosterHandle booster, out int rounds);

    [LibraryImport(Library)]
    public static partial int XGBoosterSlice(
        BoosterHandle booster, int begin, int end, int step, out BoosterHandle slice);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int XGBoosterSaveModelToBuffer(
        BoosterHandle booster, string config, out ulong length, out byte* bytes);

    [LibraryImport(Library)]
    public static partial int XGBoosterLoadModelFromBuffer(BoosterHandle booster, byte* bytes, ulong length);

    [LibraryImport(Library)]
    public static partial int XGBoosterPredictFromDense(
        BoosterHandle booster, byte* values, byte* config, nint proxy, out ulong* shape, out ulong dimensions, out float* result);
}
