using System.Globalization;
using System.Runtime.InteropServices;

namespace Skipper.Services.Training.Experiments;

/// <summary>Where a run is executed: the same for all runs of a process.</summary>
internal static class RunEnvironment
{
    public static IReadOnlyDictionary<string, string> Facts { get; } = new Dictionary<string, string>
    {
        ["machine"] = Environment.MachineName,
        ["os"] = RuntimeInformation.OSDescription,
        ["runtime"] = RuntimeInformation.FrameworkDescription,
        ["process"] = Environment.ProcessId.ToString(CultureInfo.InvariantCulture),
        ["processors"] = Environment.ProcessorCount.ToString(CultureInfo.InvariantCulture),
    };
}
