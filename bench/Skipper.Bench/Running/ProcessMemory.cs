using System.Globalization;
using System.Text.RegularExpressions;

namespace Skipper.Bench.Running;

/// <summary>Resident memory of this process; Linux keeps its peak, and forgets it when asked to.</summary>
internal static partial class ProcessMemory
{
    public static void Reset()
    {
        GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        File.WriteAllText("/proc/self/clear_refs", "5");
    }

    public static double Megabytes() => Read(NowLine());

    public static double PeakMegabytes() => Read(PeakLine());

    private static double Read(Regex line) =>
        double.Parse(line.Match(File.ReadAllText("/proc/self/status")).Groups[1].Value, CultureInfo.InvariantCulture) / 1024;

    [GeneratedRegex(@"VmRSS:\s+(\d+) kB")]
    private static partial Regex NowLine();

    [GeneratedRegex(@"VmHWM:\s+(\d+) kB")]
    private static partial Regex PeakLine();
}
