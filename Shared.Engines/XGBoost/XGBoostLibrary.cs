using System.Reflection;
using System.Runtime.InteropServices;

namespace Skipper.Shared.Engines.XGBoost;

/// <summary>Finds libxgboost on this machine, once, and never throws for its absence.</summary>
internal static class XGBoostLibrary
{
    /// <summary>A path or library name that is used instead of the usual ones.</summary>
    public const string PathVariable = "SKIPPER_XGBOOST";

    // Distributions ship libxgboost.so only with the development package.
    private static readonly string[] UsualNames =
        ["libxgboost.so.0", "libxgboost.so", "xgboost.dll", "libxgboost.dylib"];

    // SaveModelToBuffer is the youngest function that the binding calls; it came with 1.6.
    private const string YoungestExport = "XGBoosterSaveModelToBuffer";

    private static readonly Lazy<Found> Search = new(Find);

    /// <summary>Null where the library works, otherwise what to install.</summary>
    public static string? Missing => Search.Value.Missing;

    /// <summary>Version of the library; 0.0.0 where it is missing.</summary>
    public static Version Version => Search.Value.Version;

    /// <summary>Throws the library's own words where a call did not return 0.</summary>
    public static unsafe void Check(int code)
    {
        if (code == 0)
        {
            return;
        }

        var text = Marshal.PtrToStringUTF8((nint)NativeMethods.XGBGetLastError()) ?? "";
        var stack = text.IndexOf("Stack trace:", StringComparison.Ordinal);
        var reason = (stack < 0 ? text : text[..stack]).Trim();
        throw new XGBoostException($"libxgboost {Version}: {(reason.Length > 0 ? reason : $"error code {code}")}");
    }

    /// <summary>Keeps the library from writing to the console; holds for calls of this thread only.</summary>
    public static void Silence() => Check(NativeMethods.XGBSetGlobalConfig("""{"verbosity":0}"""));

    private static Found Find()
    {
        var chosen = Environment.GetEnvironmentVariable(PathVariable);
        var names = string.IsNullOrEmpty(chosen) ? UsualNames : [chosen];
        foreach (var name in names)
        {
            if (NativeLibrary.TryLoad(name, typeof(XGBoostLibrary).Assembly, null, out var library))
            {
                return Examine(name, library);
            }
        }

        const string Advice = "install the package libxgboost0 (Debian, Ubuntu: apt-get install libxgboost0)";
        return new Found(new Version(0, 0, 0), string.IsNullOrEmpty(chosen)
            ? $"libxgboost was not found (tried {string.Join(", ", UsualNames)}); {Advice}, "
                + $"or set {PathVariable} to the library's path."
            : $"{PathVariable} names '{chosen}', which is not a library that can be loaded; correct it, or unset it and {Advice}.");
    }

    private static Found Examine(string name, nint library)
    {
        if (!NativeLibrary.TryGetExport(library, YoungestExport, out _))
        {
            return new Found(
                new Version(0, 0, 0), $"{name} is not libxgboost 1.6 or newer ({YoungestExport} is missing); install a newer one.");
        }

        NativeLibrary.SetDllImportResolver(
            Assembly.GetExecutingAssembly(), (wanted, _, _) => wanted == NativeMethods.Library ? library : 0);
        NativeMethods.XGBoostVersion(out var major, out var minor, out var patch);
        return new Found(new Version(major, minor, patch), null);
    }

    private sealed record Found(Version Version, string? Missing);
}
