using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;

namespace Skipper.Services.Training.Experiments;

/// <summary>By which code, and where, a run is executed: the same for all runs of a process.</summary>
internal static class RunEnvironment
{
    /// <summary>The version, with the commit where the build knew it.</summary>
    public static string CodeVersion { get; } =
        typeof(RunEnvironment).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";

    public static IReadOnlyDictionary<string, string> Facts { get; } = new Dictionary<string, string>
    {
        ["machine"] = Environment.MachineName,
        ["os"] = RuntimeInformation.OSDescription,
        ["runtime"] = RuntimeInformation.FrameworkDescription,
        ["process"] = Environment.ProcessId.ToString(CultureInfo.InvariantCulture),
        ["processors"] = Environment.ProcessorCount.ToString(CultureInfo.InvariantCulture),
    };
}
