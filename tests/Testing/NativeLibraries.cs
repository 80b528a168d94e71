using System.Runtime.InteropServices;

namespace Skipper.Testing;

/// <summary>Native libraries that a machine may lack; <c>eng/test.sh</c> installs them.</summary>
public static class NativeLibraries
{
    /// <summary>Skips the test without libxgboost, and fails it where the variable <c>CI</c> is <c>true</c>.</summary>
    public static void RequireXGBoost()
    {
        if (NativeLibrary.TryLoad("libxgboost.so.0", out _) || NativeLibrary.TryLoad("xgboost", out _))
        {
            return;
        }

        TestServers.Lacking("libxgboost is not installed: apt-get install libxgboost0");
    }

    /// <summary>Skips the test without libturbojpeg, and fails it where the variable <c>CI</c> is <c>true</c>.</summary>
    public static void RequireTurboJpeg()
    {
        if (!NativeLibrary.TryLoad("libturbojpeg.so.0", out _) && !NativeLibrary.TryLoad("turbojpeg", out _))
        {
            TestServers.Lacking("libturbojpeg is not installed: apt-get install libturbojpeg0");
        }
    }

    /// <summary>
    /// Skips the test without libsoxr and libsndfile, and fails it where the variable <c>CI</c> is <c>true</c>.
    /// </summary>
    public static void RequireAudio()
    {
        if (!NativeLibrary.TryLoad("libsoxr.so.0", out _) || !NativeLibrary.TryLoad("libsndfile.so.1", out _))
        {
            TestServers.Lacking("libsoxr or libsndfile is not installed: apt-get install libsoxr0 libsndfile1");
        }
    }
}
