using System.Globalization;
using System.Text.RegularExpressions;

namespace Skipper.Bench.Running;

/// <summary>
/// The most memory that this process had at a time, looked at every 10 ms: what it cannot give back, not the pages of mapped files, which
/// the operating system may write out. Linux only.
/// </summary>
internal sealed partial class PeakMemory : IDisposable
{
    private readonly Timer _timer;
    private readonly double _atFirst;
    private double _peak;

    public PeakMemory()
    {
        GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        Look();
        _atFirst = _peak;
        _timer = new Timer(_ => Look(), null, TimeSpan.Zero, TimeSpan.FromMilliseconds(10));
    }

    public double Megabytes
    {
        get
        {
            Look();
            return _peak;
        }
    }

    /// <summary>The same, less what the process had at first.</summary>
    public double AddedMegabytes => Megabytes - _atFirst;

    public void Dispose() => _timer.Dispose();

    private void Look()
    {
        var line = Anonymous().Match(File.ReadAllText("/proc/self/status"));
        _peak = Math.Max(_peak, double.Parse(line.Groups[1].Value, CultureInfo.InvariantCulture) / 1024);
    }

    [GeneratedRegex(@"RssAnon:\s+(\d+) kB")]
    private static partial Regex Anonymous();
}
