using System.Runtime.InteropServices;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Services.Data.Images;

/// <summary>The few functions of libturbojpeg that decode; looked for once, and never missed before a JPEG comes.</summary>
internal sealed unsafe class TurboJpeg
{
    /// <summary>A path or library name that is used instead of the usual ones.</summary>
    public const string PathVariable = "SKIPPER_TURBOJPEG";

    public const int RgbPixels = 0;
    public const int CmykPixels = 11;

    private const int LimitScans = 1 << 15;

    private static readonly string[] UsualNames = ["libturbojpeg.so.0", "libturbojpeg.so", "turbojpeg.dll", "libturbojpeg.dylib"];
    private static readonly Lazy<TurboJpeg?> Search = new(Find);

    private readonly delegate* unmanaged<nint> _create;
    private readonly delegate* unmanaged<nint, byte*, CULong, byte*, int, int, int, int, int, int> _decompress;
    private readonly delegate* unmanaged<nint, byte*> _reason;
    private readonly delegate* unmanaged<nint, int> _destroy;

    private TurboJpeg(nint library)
    {
        _create = (delegate* unmanaged<nint>)NativeLibrary.GetExport(library, "tjInitDecompress");
        _decompress = (delegate* unmanaged<nint, byte*, CULong, byte*, int, int, int, int, int, int>)
            NativeLibrary.GetExport(library, "tjDecompress2");
        _reason = (delegate* unmanaged<nint, byte*>)NativeLibrary.GetExport(library, "tjGetErrorStr2");
        _destroy = (delegate* unmanaged<nint, int>)NativeLibrary.GetExport(library, "tjDestroy");
    }

    /// <summary>Whether this machine has the library.</summary>
    public static bool IsInstalled => Search.Value is not null;

    /// <exception cref="MeshException">The library is missing; says what to install.</exception>
    public static TurboJpeg Instance => Search.Value ?? throw MeshException.FailedPrecondition(
        $"JPEG files need libturbojpeg, which was not found (tried {string.Join(", ", Names())}). Install the package libturbojpeg0 "
        + $"(Debian, Ubuntu: apt-get install libturbojpeg0), or set {PathVariable} to the library's path.");

    /// <summary>Decodes with the exact transform and smooth upsampling: the settings, and so the pixels, of Pillow.</summary>
    /// <returns>Null, or the library's words about what is wrong with the file; the pixels are set as far as it came.</returns>
    public string? Decode(ReadOnlySpan<byte> jpeg, PixelSize size, int format, Span<byte> pixels)
    {
        var pitch = size.Width * (format == CmykPixels ? 4 : 3);
        ArgumentOutOfRangeException.ThrowIfLessThan(pixels.Length, (long)pitch * size.Height);
        var handle = _create();
        if (handle == 0)
        {
            throw new InvalidOperationException("libturbojpeg could not make a decoder.");
        }

        try
        {
            fixed (byte* source = jpeg, target = pixels)
            {
                // A file whose pixels are more than were announced is refused by the library, not written past the end.
                var code = _decompress(
                    handle, source, new CULong((nuint)jpeg.Length), target, size.Width, pitch, size.Height, format, LimitScans);
                return code == 0 ? null : Marshal.PtrToStringUTF8((nint)_reason(handle)) ?? "unknown error";
            }
        }
        finally
        {
            _ = _destroy(handle);
        }
    }

    private static string[] Names() =>
        Environment.GetEnvironmentVariable(PathVariable) is { Length: > 0 } chosen ? [chosen] : UsualNames;

    private static TurboJpeg? Find()
    {
        foreach (var name in Names())
        {
            if (NativeLibrary.TryLoad(name, out var library))
            {
                return new TurboJpeg(library);
            }
        }

        return null;
    }
}
