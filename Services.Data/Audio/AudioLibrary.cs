using System.Runtime.InteropServices;
using Skipper.Shared.Messaging.Errors;

namespace Skipper.Services.Data.Audio;

/// <summary>A native library that this machine may lack; looking for it never throws, calling it does.</summary>
/// <param name="name">What people call it.</param>
/// <param name="package">The Debian package it is in.</param>
/// <param name="variable">Names an environment variable with the path or name of the only file to try.</param>
/// <param name="files">Names to try without it, in this order.</param>
internal abstract class AudioLibrary(string name, string package, string variable, IReadOnlyList<string> files)
{
    private readonly Lazy<nint> _handle = new(() => Names(variable, files).Select(Load).FirstOrDefault(handle => handle != 0));

    /// <summary>Null where the library is there, otherwise what to do.</summary>
    public string? Missing => _handle.Value != 0
        ? null
        : $"{name} was not found (tried {string.Join(", ", Names(variable, files))}); install the package {package} "
            + $"(Debian, Ubuntu: apt-get install {package}), or set {variable} to the library's path.";

    /// <summary>The address of a function.</summary>
    /// <param name="purpose">What it is needed for, as the beginning of a sentence.</param>
    /// <param name="function">Its name.</param>
    protected nint Function(string purpose, string function)
    {
        if (Missing is { } missing)
        {
            throw MeshException.FailedPrecondition($"{purpose} needs {name}. {missing}");
        }

        return NativeLibrary.TryGetExport(_handle.Value, function, out var address)
            ? address
            : throw MeshException.FailedPrecondition(
                $"{purpose} needs a newer {name}: {function} is missing in it. Update the package {package}.");
    }

    private static IReadOnlyList<string> Names(string variable, IReadOnlyList<string> files) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } chosen ? [chosen] : files;

    private static nint Load(string file) =>
        NativeLibrary.TryLoad(file, typeof(AudioLibrary).Assembly, null, out var handle) ? handle : 0;
}
