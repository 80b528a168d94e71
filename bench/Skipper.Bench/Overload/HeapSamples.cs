namespace Skipper.Bench.Overload;

/// <summary>How much memory is in use, garbage excluded, again and again.</summary>
internal sealed class HeapSamples : IDisposable
{
    private readonly List<double> _mebibytes = [];
    private readonly Timer _timer;

    public HeapSamples(TimeSpan period) => _timer = new Timer(
        _ =>
        {
            var mebibytes = GC.GetTotalMemory(forceFullCollection: true) / 1024.0 / 1024.0;
            lock (_mebibytes)
            {
                _mebibytes.Add(mebibytes);
            }
        },
        null,
        period,
        period);

    public IReadOnlyList<double> Stop()
    {
        _timer.Dispose();
        lock (_mebibytes)
        {
            return [.. _mebibytes];
        }
    }

    public void Dispose() => _timer.Dispose();
}
